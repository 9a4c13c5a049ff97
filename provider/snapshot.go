package provider

import "time"

// Snapshot is the complete result of one refresh of one source. It is immutable once
// Source.Fetch has returned it and may be read by multiple goroutines.
type Snapshot struct {
	// Reports holds each id once, in the provider's order.
	Reports []Report
	// Missing holds the configured report ids that the provider does not know.
	Missing []string
	// Quota holds the credits and rate limits that the provider reported.
	Quota Quota
	// KeyExpires is when the account's key expires. It is zero if the key does not
	// expire or if the provider did not send the time.
	KeyExpires time.Time
	// Complete reports that Reports is the provider's whole list. A report that is
	// missing from the next complete list has vanished.
	Complete bool
	// Horizon is the time before which the list may leave out finished reports. Such
	// reports have not vanished. It is zero if the list leaves out none.
	Horizon time.Time
	// Truncated reports that a limit on pages or items cut the list short.
	Truncated bool
	// Unreadable counts the values that are present but could not be read.
	Unreadable Unreadable
	// Warnings are messages for the log. They quote the provider only in words of a
	// known form.
	Warnings []string
}

// Quota is the remaining budget of a paid or rate-limited API. Unknown numbers become
// missing series.
type Quota struct {
	// CreditsBalance is the account's balance in the provider's credits.
	CreditsBalance Number
	// RateLimits holds one entry per window that the provider reports.
	RateLimits []RateLimit
}

// RateLimit is the request budget of one window.
type RateLimit struct {
	// Window is "minute" or "day".
	Window         string
	Max, Remaining Number
}
