package provider

// Status is a report's status in terms common to all providers. The set is closed: a
// status word that a provider adds later becomes StatusUnknown.
type Status uint8

// The statuses, in the order that a report usually passes through them.
const (
	// StatusUnknown means that the provider does not document its status word. It is
	// the zero value, so that a missing mapping never looks healthy.
	StatusUnknown Status = iota
	// StatusQueued means that the provider has not started yet.
	StatusQueued
	// StatusProcessing means that the provider is making the export.
	StatusProcessing
	// StatusAwaitingStart means that a person must start (and pay for) the export.
	StatusAwaitingStart
	// StatusReady means that the export can be downloaded.
	StatusReady
	// StatusFailed means that the export will never be ready.
	StatusFailed
	// StatusCancelled means that somebody stopped the export.
	StatusCancelled
	// StatusExpired means that the export can no longer be downloaded.
	StatusExpired
)

// NumStatuses is the number of statuses. Every Status is less than NumStatuses.
const NumStatuses = len(statusNames)

// statusNames holds the label values, indexed by Status.
var statusNames = [...]string{
	StatusUnknown:       "unknown",
	StatusQueued:        "queued",
	StatusProcessing:    "processing",
	StatusAwaitingStart: "awaiting_start",
	StatusReady:         "ready",
	StatusFailed:        "failed",
	StatusCancelled:     "cancelled",
	StatusExpired:       "expired",
}

// Statuses returns all statuses in the order of a report's life, with StatusUnknown
// last.
func Statuses() []Status {
	return []Status{
		StatusQueued, StatusProcessing, StatusAwaitingStart, StatusReady,
		StatusFailed, StatusCancelled, StatusExpired, StatusUnknown,
	}
}

// String returns the label value.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return statusNames[StatusUnknown]
}

// Unfinished reports whether the provider or a person still has to do
// something before the report is ready.
func (s Status) Unfinished() bool {
	return s == StatusQueued || s == StatusProcessing || s == StatusAwaitingStart
}

// Finished reports whether the status is final, apart from the expiry of a ready
// report. StatusUnknown is neither finished nor unfinished.
func (s Status) Finished() bool {
	return s == StatusReady || s == StatusFailed || s == StatusCancelled || s == StatusExpired
}
