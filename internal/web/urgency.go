package web

import (
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// The times by which a report is urgent are those of the alerts in
// examples/alerts.yml, so that page and pager agree.
const (
	// expectedWithin is how long after its request an export should be ready.
	expectedWithin = 4 * time.Hour
	stuckAfter     = expectedWithin
	expiringWithin = 24 * time.Hour
)

// urgency says how soon a person should look at a report. The order of the
// constants is the order of the table.
type urgency int

// The urgencies.
const (
	// urgencyFailed failed, and no newer report of its source and type has
	// become ready since: nobody has put it right. Newest first.
	urgencyFailed urgency = iota
	// urgencyStuck is queued or processing for more than stuckAfter. Oldest first.
	urgencyStuck
	// urgencyAwaiting waits for a person to start it. Oldest first.
	urgencyAwaiting
	// urgencyUnknown has a status that the provider does not document. Newest
	// first.
	urgencyUnknown
	// urgencyExpiring is ready and expires within expiringWithin. Soonest first.
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
	urgencyStuck:    "Unfinished for more than 4 hours",
	urgencyAwaiting: "Waiting for a person to start them",
	urgencyUnknown:  "In a status the provider does not document",
	urgencyExpiring: "Ready, but they expire within 24 hours",
	urgencyUnderWay: "Under way",
	urgencyReady:    "Ready",
	urgencyOver:     "Over",
}

// String returns the value in JSON.
func (u urgency) String() string { return urgencyNames[u] }

// urgencyOf judges a report. NewestReady is the creation of the newest report
// of its source and type that has reached ready, zero if there is none.
func urgencyOf(r *provider.Report, status provider.Status, newestReady, now time.Time) urgency {
	switch status {
	case provider.StatusFailed:
		if !r.Created.IsZero() && r.Created.Before(newestReady) {
			return urgencyOver
		}
		return urgencyFailed
	case provider.StatusQueued, provider.StatusProcessing:
		if !r.Since().IsZero() && now.Sub(r.Since()) > stuckAfter {
			return urgencyStuck
		}
		return urgencyUnderWay
	case provider.StatusAwaitingStart:
		return urgencyAwaiting
	case provider.StatusReady:
		// An expiry that has passed and changed nothing was not to be trusted.
		if left := r.Expires.Sub(now); !r.Expires.IsZero() && left > 0 && left <= expiringWithin {
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
	account.Listed
	view    *account.View
	place   int // of the account in the configuration
	urgency urgency
}

// expiry is when the export can no longer be downloaded, zero if it never could
// be, or if nobody knows.
func (e *entry) expiry() time.Time {
	if e.Status != provider.StatusReady && e.Status != provider.StatusExpired {
		return time.Time{}
	}
	return e.Report.Expires
}
