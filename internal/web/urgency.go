package web

import (
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// urgency says how soon a person should look at a report, by what is expected
// of the account's exports. The order of the constants is the order of the
// table.
type urgency int

// The urgencies.
const (
	// urgencyFailed failed, and no newer report of its source and type has
	// become ready since: nobody has put it right. Newest first.
	urgencyFailed urgency = iota
	// urgencyStuck is queued or processing for longer than expected. Oldest first.
	urgencyStuck
	// urgencyAwaiting waits for a person to start it. Oldest first.
	urgencyAwaiting
	// urgencyUnknown has a status that the provider does not document. Newest
	// first.
	urgencyUnknown
	// urgencyExpiring is ready and should have been fetched: it expires soon, is
	// past half of its life, and nothing newer of its source and type is ready.
	// Soonest first.
	urgencyExpiring
	// urgencyUnderWay is queued or processing. Oldest first.
	urgencyUnderWay
	// urgencyReady is ready. Newest first.
	urgencyReady
	// urgencyOver is expired, cancelled, or failed and made good by a newer
	// one. Newest first.
	urgencyOver
)

// urgencyNames are the values in JSON.
var urgencyNames = [...]string{
	urgencyFailed:   "failed",
	urgencyStuck:    "stuck",
	urgencyAwaiting: "awaiting_start",
	urgencyUnknown:  "unknown",
	urgencyExpiring: "expiring",
	urgencyUnderWay: "under_way",
	urgencyReady:    "ready",
	urgencyOver:     "over",
}

// urgencyTitles head the groups of the table.
var urgencyTitles = [...]string{
	urgencyFailed:   "Failed, and nothing newer of the type is ready",
	urgencyStuck:    "Unfinished for longer than expected",
	urgencyAwaiting: "Waiting for a person to start them",
	urgencyUnknown:  "In a status the provider does not document",
	urgencyExpiring: "Ready, but they expire soon, and nothing newer is ready",
	urgencyUnderWay: "Under way",
	urgencyReady:    "Ready",
	urgencyOver:     "Over",
}

// String returns the value in JSON.
func (u urgency) String() string { return urgencyNames[u] }

// urgencyOf judges a report among those of its source and type, by what is
// expected of them.
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

// entry is a listed report on its way into the table.
type entry struct {
	account.ListedReport
	view    *account.View
	place   int // of the account in the configuration
	urgency urgency
}

// expected is what is expected of the export.
func (e *entry) expected() provider.Expectation {
	return e.view.Expect.Of(e.Source.Name, e.Report.Type)
}

// expiry is when the export can no longer be downloaded, zero if it never could
// be, or if nobody knows.
func (e *entry) expiry() time.Time {
	if e.Status != provider.StatusReady && e.Status != provider.StatusExpired {
		return time.Time{}
	}
	return e.Report.Expires
}
