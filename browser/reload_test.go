//go:build browser

package browser_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	gocmp "github.com/google/go-cmp/cmp"
)

// TestReloadKeepsTheFilter checks that the page reloads itself without a script, keeps
// its filter and shows new data. It takes the ten seconds of the reload interval.
func TestReloadKeepsTheFilter(t *testing.T) {
	t.Parallel()
	p := started(t)
	const query = "/exports?account=fund&refresh=10&status=ready"
	tab := chromium(t).open(t, modes()[0], p.address+query)
	asked := p.asked()
	before, form := tab.table(), tab.chosen()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	next := chromedp.Func(func(context.Context, *chromedp.Target) error {
		p.clock.Advance(time.Minute)
		return nil
	})
	if _, err := chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired, nil, next)); err != nil {
		t.Fatalf("the page did not load itself again: %v", err)
	}
	if got := eval[string](tab, "location.href"); got != p.address+query {
		t.Errorf("the page is at %s, want %s", got, query)
	}
	if diff := gocmp.Diff(form, tab.chosen()); diff != "" {
		t.Errorf("the form: %s", diff)
	}
	if diff := gocmp.Diff(before, tab.table()); diff != "" || len(before) != 2 {
		t.Errorf("%d rows before, then %s", len(before), diff)
	}
	if got := eval[string](tab, `document.querySelector(".asof").innerText`); !strings.HasPrefix(got, "data from 11:59:58, 1 min ago") {
		t.Errorf("a minute later the page says %q", got)
	}
	if got := p.asked(); got != asked {
		t.Errorf("a reload asked the providers %d times", got-asked)
	}
	tab.checkNoComplaints(t, p.address)
}
