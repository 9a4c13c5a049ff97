//go:build browser

package browser_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// complaints are all that a browser says against a page: what is written to
// the console, exceptions, issues (a policy that was broken, a page in quirks
// mode), and requests that fail.
type complaints struct {
	mu       sync.Mutex
	said     []string
	requests []string
}

// hear takes an event of the browser. It is called for one after the other.
func (c *complaints) hear(event any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	say := func(format string, values ...any) { c.said = append(c.said, fmt.Sprintf(format, values...)) }
	switch e := event.(type) {
	case *log.EventEntryAdded:
		say("log: %s: %s: %s", e.Entry.Source, e.Entry.Level, e.Entry.Text)
	case *runtime.EventExceptionThrown:
		say("exception: %s", e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		say("console: %s", e.Type)
	case *audits.EventIssueAdded:
		if details := e.Issue.Details.ContentSecurityPolicyIssueDetails; details != nil {
			say("issue: %s: %s", e.Issue.Code, details.ViolatedDirective)
		} else {
			say("issue: %s", e.Issue.Code)
		}
	case *network.EventLoadingFailed:
		say("failed: %s: %s", e.Type, e.ErrorText)
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 {
			say("answered %d: %s", e.Response.Status, e.Response.URL)
		}
	case *network.EventRequestWillBeSent:
		c.requests = append(c.requests, e.Request.URL)
	}
}

// heard returns what was said so far.
func (c *complaints) heard() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.said)
}

// checkNoComplaints fails if there is one, or if the page asked for anything
// from elsewhere.
func (p *tab) checkNoComplaints(t *testing.T, address string) {
	t.Helper()
	// What was said before the answer to a question was heard before it.
	eval[int](p, "1")
	for _, each := range p.heard() {
		t.Errorf("the browser complains: %s", each)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.requests) == 0 {
		t.Error("no request was seen: nothing is watched")
	}
	for _, each := range p.requests {
		if !strings.HasPrefix(each, address+"/") {
			t.Errorf("the page asks elsewhere: %s", each)
		}
	}
}
