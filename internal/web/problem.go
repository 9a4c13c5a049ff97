package web

import (
	"cmp"
	"slices"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// problemSources is how many sources of a problem are named.
const problemSources = 25

// problem is a failure that sources have in common.
type problem struct {
	problemKey
	// Message is one of their messages, OtherMessages says that they differ.
	Message       string
	OtherMessages bool
	// Accounts and Sources count them all; Named are the first.
	Accounts, Sources, Stale int
	Named                    []failing
	// Next and Latest are the first and the last moment at which one of them is
	// asked again; nil if none is held back.
	Next, Latest *time.Time
}

// problemKey is what failures have in common that count as equal.
type problemKey struct{ Provider, Reason, Advice string }

// failing is one source with a problem.
type failing struct {
	Account, Source string
	LastSuccess     *time.Time
	Stale           bool
}

// addProblems adds the failures of an account to those that are known.
func addProblems(known map[problemKey]*problem, a *Account) {
	counted := make(map[*problem]bool)
	for i := range a.Sources {
		s := &a.Sources[i]
		if s.Failure == nil {
			continue
		}
		key := problemKey{a.Provider, s.Failure.Reason, s.Failure.Advice}
		p := known[key]
		if p == nil {
			p = &problem{problemKey: key, Message: s.Failure.Message}
			known[key] = p
		}
		if !counted[p] {
			counted[p] = true
			p.Accounts++
		}
		p.add(a.Name, s)
	}
}

func (p *problem) add(name string, s *Source) {
	p.Sources++
	p.OtherMessages = p.OtherMessages || s.Failure.Message != p.Message
	if s.Stale {
		p.Stale++
	}
	if len(p.Named) < problemSources {
		p.Named = append(p.Named, failing{name, s.Name, s.LastSuccess, s.Stale})
	}
	if s.State != string(account.StateHeldBack) || s.BackoffUntil == nil {
		return
	}
	if p.Next == nil || s.BackoffUntil.Before(*p.Next) {
		p.Next = s.BackoffUntil
	}
	if p.Latest == nil || s.BackoffUntil.After(*p.Latest) {
		p.Latest = s.BackoffUntil
	}
}

// sortedProblems puts first what concerns the most accounts.
func sortedProblems(known map[problemKey]*problem) []*problem {
	list := make([]*problem, 0, len(known))
	for _, each := range known {
		list = append(list, each)
	}
	slices.SortFunc(list, func(a, b *problem) int {
		return cmp.Or(
			cmp.Compare(b.Accounts, a.Accounts), cmp.Compare(a.Reason, b.Reason),
			cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Advice, b.Advice),
		)
	})
	return list
}

// lateData is data that is older than expected.
type lateData struct {
	Late
	Account, Provider, Source string
}

// lateOf returns what of an account is late.
func lateOf(a *Account) (late []lateData) {
	for i := range a.Sources {
		for _, each := range a.Sources[i].Late {
			late = append(late, lateData{each, a.Name, a.Provider, a.Sources[i].Name})
		}
	}
	return late
}

// troubles is what is wrong, for a page that lists it.
type troubles struct {
	Problems []*problem
	// Late is the data that is late, as far as it has room; LateCount is all of it.
	Late      []lateData
	LateCount int
}

// Wrong reports whether anything is wrong.
func (t troubles) Wrong() bool { return len(t.Problems) > 0 || t.LateCount > 0 }

// Title says the problem in a few words.
func (p *problem) Title() string { return reasonTitle(provider.Reason(p.Reason)) }

// Runbook names the page that says what to do.
func (p *problem) Runbook() string { return reasonRunbook(provider.Reason(p.Reason)) }

func reasonTitle(r provider.Reason) string {
	switch r {
	case provider.ReasonAuth:
		return "key refused"
	case provider.ReasonPermission:
		return "permission missing"
	case provider.ReasonNonce:
		return "nonce refused"
	case provider.ReasonClockSkew:
		return "clocks differ"
	case provider.ReasonRateLimited:
		return "rate limited"
	case provider.ReasonLockout:
		return "key locked out"
	case provider.ReasonPaymentRequired:
		return "payment required"
	case provider.ReasonNotFound:
		return "not found"
	case provider.ReasonInvalidRequest:
		return "request refused"
	case provider.ReasonUnavailable:
		return "provider unavailable"
	case provider.ReasonTimeout:
		return "no answer in time"
	case provider.ReasonNetwork:
		return "network error"
	case provider.ReasonTooLarge:
		return "answer too large"
	case provider.ReasonMalformed:
		return "answer not understood"
	default:
		return "unknown failure"
	}
}
