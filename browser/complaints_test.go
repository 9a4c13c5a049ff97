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

// complaints are the browser's messages about problems of a page: console messages,
// exceptions, issues (such as a violated policy or quirks mode), and failed requests.
type complaints struct {
	mu       sync.Mutex
	said     []string
	requests []string
}

// hear handles an event of the browser. Events arrive one at a time.
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

// heard returns the complaints so far.
func (c *complaints) heard() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.said)
}

// checkNoComplaints fails if there are complaints, or if the page loaded anything from
// another address.
func (p *tab) checkNoComplaints(t *testing.T, address string) {
	t.Helper()
	// Events are in order: earlier complaints arrive before this answer.
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
