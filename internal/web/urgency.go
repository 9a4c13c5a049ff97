package web

import (
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// urgency is how soon a person should look at an export, given the account's
// expectations. The order of the constants is the order of the table.
type urgency int

// The urgencies.
const (
	// urgencyFailed is failed, and no newer export of its source and type has
	// become ready since. Newest first.
	urgencyFailed urgency = iota
	// urgencyStuck is queued or processing for longer than expected. Oldest first.
	urgencyStuck
	// urgencyAwaiting waits for a person to start it. Oldest first.
	urgencyAwaiting
	// urgencyUnknown has a status that the provider does not document. Newest
	// first.
	urgencyUnknown
	// urgencyExpiring is ready but expires soon, is past half of its lifetime,
	// and has no newer export of its source and type that is ready. It should
	// have been fetched. Soonest first.
	urgencyExpiring
	// urgencyUnderWay is queued or processing. Oldest first.
	urgencyUnderWay
	// urgencyReady is ready. Newest first.
	urgencyReady
	// urgencyOver is expired, cancelled, or failed with a newer export ready.
	// Newest first.
	urgencyOver
)

// urgencies describes every urgency: name is the value in JSON, title the heading
// of the group in the table, and runbook is empty if nothing is wrong.
var urgencies = [...]struct{ name, title, runbook string }{
	urgencyFailed:   {"failed", "Failed, and nothing newer of the type is ready", "ExportFailed"},
	urgencyStuck:    {"stuck", "Unfinished for longer than expected", "ExportStuck"},
	urgencyAwaiting: {"awaiting_start", "Waiting for a person to start them", "ExportAwaitingStart"},
	urgencyUnknown:  {"unknown", "In a status that the exporter does not know", "ExportAnswerNotUnderstood"},
	urgencyExpiring: {"expiring", "Ready, but they expire soon, and nothing newer is ready", "ExportExpiringSoon"},
	urgencyUnderWay: {"under_way", "Under way", ""},
	urgencyReady:    {"ready", "Ready", ""},
	urgencyOver:     {"over", "Over", ""},
}

// Urgencies returns the values of Report.Urgency, most urgent first.
func Urgencies() []string {
	names := make([]string, len(urgencies))
	for i := range urgencies {
		names[i] = urgencies[i].name
	}
	return names
}

// String returns the value in JSON.
func (u urgency) String() string { return urgencies[u].name }

// urgencyOf returns the urgency of a report. among summarizes the reports of
// its source and type, and want holds their expectations.
func urgencyOf(r *provider.Report, status provider.Status, among *account.Summary, want provider.Expectation, now time.Time) urgency {
	switch status {
	case provider.StatusFailed:
		if !r.Created.IsZero() && r.Created.Before(among.NewestReady()) {
			return urgencyOver
		}
		return urgencyFailed
	case provider.StatusQueued, provider.StatusProcessing:
		if want.Stuck(r, now) {
			return urgencyStuck
		}
		return urgencyUnderWay
	case provider.StatusAwaitingStart:
		return urgencyAwaiting
	case provider.StatusReady:
		if want.Expiring(r, among.Newest[provider.StatusReady], now) {
			return urgencyExpiring
		}
		return urgencyReady
	case provider.StatusCancelled, provider.StatusExpired:
		return urgencyOver
	default:
		return urgencyUnknown
	}
}

// entry is a listed report with its account and urgency.
type entry struct {
	account.ListedReport
	view    *account.View
	place   int // of the account in the configuration
	urgency urgency
}

// newEntry returns the entry of a report. among summarizes the reports of its
// source and type.
func newEntry(view *account.View, place int, listed account.ListedReport, among *account.Summary) entry {
	e := entry{ListedReport: listed, view: view, place: place}
	e.urgency = urgencyOf(e.Report, e.Status, among, e.expected(), view.Now)
	return e
}

// expected returns the expectations for the export.
func (e *entry) expected() provider.Expectation {
	return e.view.Expect.Of(e.Source.Name, e.Report.Type)
}

// expiry returns when the export can no longer be downloaded, zero if it was
// never ready, the expiry is unknown, or the file was deleted before it.
func (e *entry) expiry() time.Time {
	at := e.Report.Expires
	if e.Status == provider.StatusReady || e.Status == provider.StatusExpired && !at.After(e.view.Now) {
		return at
	}
	return time.Time{}
}
