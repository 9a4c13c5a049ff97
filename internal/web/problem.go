package web

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// problemSources is the maximum number of sources listed for a problem.
const problemSources = 25

// problem is a failure that several sources have in common.
type problem struct {
	problemKey
	// Message is the message of the first source. OtherMessages means that
	// others differ.
	Message       string
	OtherMessages bool
	// Accounts and Sources count all that are affected; Named lists the first
	// sources.
	Accounts, Sources, Stale int
	Named                    []failing
	// Next and Latest are the earliest and the latest next attempt of a source;
	// nil if none is paused.
	Next, Latest *time.Time
}

// problemKey identifies failures that are shown as one problem.
type problemKey struct{ Provider, Reason, Advice string }

// failing is a source with a problem.
type failing struct {
	Account, Source string
	LastSuccess     *time.Time
	Stale           bool
}

// addProblems adds the failures of an account to the known problems.
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

// sortedProblems returns the problems, those that affect the most accounts
// first.
func sortedProblems(known map[problemKey]*problem) []*problem {
	return slices.SortedFunc(maps.Values(known), func(a, b *problem) int {
		return cmp.Or(
			cmp.Compare(b.Accounts, a.Accounts), cmp.Compare(a.Reason, b.Reason),
			cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Advice, b.Advice),
		)
	})
}

// lateData is late data with its origin.
type lateData struct {
	Late
	Account, Provider, Source string
}

// lateOf returns the late data of an account.
func lateOf(a *Account) (late []lateData) {
	for i := range a.Sources {
		for _, each := range a.Sources[i].Late {
			late = append(late, lateData{each, a.Name, a.Provider, a.Sources[i].Name})
		}
	}
	return late
}

// troubles holds what is wrong, for a page that lists it.
type troubles struct {
	Problems []*problem
	// Late lists the first late data, and LateCount counts all of it.
	Late      []lateData
	LateCount int
	// link returns the URL of /exports with one filter.
	link func(name, value string) string
}

// ReasonLink returns the URL of /exports for the accounts with a failure reason.
func (t troubles) ReasonLink(reason string) string { return t.link(byReason, reason) }

// AccountLink returns the URL of /exports for one account.
func (t troubles) AccountLink(name string) string { return t.link(byAccount, name) }

// Wrong reports whether anything is wrong.
func (t troubles) Wrong() bool { return len(t.Problems) > 0 || t.LateCount > 0 }

// Title returns the problem in a few words.
func (p *problem) Title() string { return reasons[provider.Reason(p.Reason)].title }

// Runbook returns the name of the runbook for the problem.
func (p *problem) Runbook() string { return reasons[provider.Reason(p.Reason)].runbook }

// reasons has the title and the runbook of the problems with a reason.
var reasons = map[provider.Reason]struct{ title, runbook string }{
	provider.ReasonAuth:            {"key refused", "ExportAuthFailing"},
	provider.ReasonPermission:      {"permission missing", "ExportAuthFailing"},
	provider.ReasonNonce:           {"nonce refused", "ExportSourceDown"},
	provider.ReasonClockSkew:       {"clocks differ", "ExportClockSkew"},
	provider.ReasonRateLimited:     {"rate limited", "ExportSourceDown"},
	provider.ReasonLockout:         {"key locked out", "ExportAuthFailing"},
	provider.ReasonPaymentRequired: {"payment required", "ExportAuthFailing"},
	provider.ReasonNotFound:        {"not found", "ExportSourceDown"},
	provider.ReasonInvalidRequest:  {"request refused", "ExportSourceDown"},
	provider.ReasonUnavailable:     {"provider unavailable", "ExportSourceDown"},
	provider.ReasonTimeout:         {"no answer in time", "ExportSourceDown"},
	provider.ReasonNetwork:         {"network error", "ExportSourceDown"},
	provider.ReasonTooLarge:        {"answer too large", "ExportSourceDown"},
	provider.ReasonMalformed:       {"answer not understood", "ExportSourceDown"},
	provider.ReasonUnknown:         {"unknown failure", "ExportSourceDown"},
}
