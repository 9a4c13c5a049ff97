package provider

// Status is what a report is doing, in one word common to all providers. The
// set is closed: a word that a provider adds later becomes StatusUnknown.
type Status uint8

// The statuses, in the order in which a report usually passes through them.
const (
	// StatusUnknown is a status that the provider did not document. It is the
	// zero value, so that a forgotten mapping never looks healthy.
	StatusUnknown Status = iota
	// StatusQueued waits for the provider to begin.
	StatusQueued
	// StatusProcessing is being made.
	StatusProcessing
	// StatusAwaitingStart waits for a person to start (and pay for) it.
	StatusAwaitingStart
	// StatusReady can be downloaded.
	StatusReady
	// StatusFailed will never be ready.
	StatusFailed
	// StatusCancelled was stopped by a person.
	StatusCancelled
	// StatusExpired was ready once and can no longer be downloaded.
	StatusExpired
)

// NumStatuses is how many statuses there are; each is less.
const NumStatuses = len(statusNames)

// statusNames are the label values, by Status.
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

// Statuses returns the whole set, in the order of a report's life with unknown
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

// Finished reports whether nothing more will happen to the report, except that
// a ready one expires. Unknown is neither finished nor unfinished.
func (s Status) Finished() bool {
	return s == StatusReady || s == StatusFailed || s == StatusCancelled || s == StatusExpired
}
