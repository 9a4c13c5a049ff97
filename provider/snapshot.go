package provider

import "time"

// Snapshot is what one refresh of one source brought: complete, or not at all.
// It is immutable once returned by Source.Fetch and may be read by any number
// of goroutines.
type Snapshot struct {
	// Reports are in the provider's order, each id once.
	Reports []Report
	// Missing are the configured report ids that the provider does not know
	// (any more).
	Missing []string
	// Quota is what the provider said about credits and limits.
	Quota Quota
	// KeyExpires is when the account's key ends, zero if it does not or if the
	// provider did not say.
	KeyExpires time.Time
	// Complete says that Reports are the provider's whole list, so that one
	// which is absent from the next whole list has vanished.
	Complete bool
	// Horizon is a moment before which finished reports may be left out, without
	// having vanished. Zero if there is none.
	Horizon time.Time
	// Truncated says that a bound on pages or items cut the list short.
	Truncated bool
	// Unreadable counts the values that are there and could not be read.
	Unreadable Unreadable
	// Warnings are remarks for the log, without any word of a provider that is
	// not of a known form.
	Warnings []string
}

// Quota is what is left of a paid or limited API. Unknown numbers are missing.
type Quota struct {
	// CreditsBalance belongs to the account, in the provider's credits.
	CreditsBalance Number
	// RateLimits holds one entry for each window that the provider reports.
	RateLimits []RateLimit
}

// RateLimit is one window of a request budget, in requests.
type RateLimit struct {
	// Window is "minute" or "day".
	Window         string
	Max, Remaining Number
}
