package provider

import (
	"errors"
	"fmt"
	"time"
)

// Reason classifies a failed call. The set is closed, because reasons are used as label
// values.
type Reason string

// The reasons. See docs/operations.md for what to do about each of them.
const (
	ReasonAuth            Reason = "auth"
	ReasonPermission      Reason = "permission"
	ReasonNonce           Reason = "nonce"
	ReasonClockSkew       Reason = "clock_skew"
	ReasonRateLimited     Reason = "rate_limited"
	ReasonLockout         Reason = "lockout"
	ReasonPaymentRequired Reason = "payment_required"
	ReasonNotFound        Reason = "not_found"
	ReasonInvalidRequest  Reason = "invalid_request"
	ReasonUnavailable     Reason = "unavailable"
	ReasonTimeout         Reason = "timeout"
	ReasonNetwork         Reason = "network"
	ReasonTooLarge        Reason = "too_large"
	ReasonMalformed       Reason = "malformed"
	ReasonUnknown         Reason = "unknown"
)

// Reasons returns all reasons in a fixed order.
func Reasons() []Reason {
	return []Reason{
		ReasonAuth, ReasonPermission, ReasonNonce, ReasonClockSkew, ReasonRateLimited,
		ReasonLockout, ReasonPaymentRequired, ReasonNotFound, ReasonInvalidRequest,
		ReasonUnavailable, ReasonTimeout, ReasonNetwork, ReasonTooLarge,
		ReasonMalformed, ReasonUnknown,
	}
}

// Advice returns the general advice for the reason, as one clause. Providers may
// override it with Error.Advice.
func (r Reason) Advice() string {
	switch r {
	case ReasonAuth:
		return "check the account's key and secrets"
	case ReasonPermission:
		return "give the key the permission named in docs/providers.md"
	case ReasonNonce:
		return "give the exporter a key of its own"
	case ReasonClockSkew:
		return "synchronize this machine's clock"
	case ReasonRateLimited:
		return "raise refresh_interval, or give the exporter a key of its own"
	case ReasonLockout:
		return "wait: the provider has locked this key for a while, and every further call prolongs the lockout"
	case ReasonPaymentRequired:
		return "buy credits or renew the plan at the provider"
	case ReasonNotFound:
		return "check base_url, the configured ids and, in an API definition, the path"
	case ReasonInvalidRequest:
		return "check the account's settings; if they are right, report a bug in the exporter"
	case ReasonUnavailable:
		return "wait: the provider is down or under maintenance"
	case ReasonTimeout:
		return "check the network, or raise timeout"
	case ReasonNetwork:
		return "check base_url, DNS, proxy, TLS settings and firewall"
	case ReasonTooLarge:
		return "remove old exports at the provider, or report a bug in the exporter"
	case ReasonMalformed:
		return "wait; if this persists, check that base_url is the API; if it is, report a bug in the exporter"
	default:
		return "wait; if this persists, check the account at the provider"
	}
}

// Error describes a failed call. Its text is safe to log and display: it never contains
// a full URL, a header, a body or any part of a secret.
type Error struct {
	Reason Reason
	// Tried names the call by its host and path template.
	Tried string
	// Detail describes what went wrong. It comes from a closed set of texts and codes.
	Detail string
	// Advice is what a person should do, if Reason.Advice is too general.
	Advice string
	// Gateway reports that something in front of the API refused the call. The call is
	// not retried at once; the source backs off as it does for a missing permission.
	Gateway bool
	// NotFromAPI reports that the answer is not in the API's own format, so nothing can
	// be concluded from it about the requested object.
	NotFromAPI bool
	// Final reports that retrying the same call right away cannot help, whatever the
	// reason.
	Final bool
	// SourceOnly reports that the failure affects only this source, whatever the
	// reason. The account's other sources are not paused.
	SourceOnly bool
	// RetryAt is the time before which the provider asked not to be called again, or
	// zero if it did not ask.
	RetryAt time.Time
	// Skew is the provider's clock minus the local clock if Reason is clock_skew.
	Skew time.Duration
}

// Error implements the error interface. The text omits the reason, because logs and
// pages show the reason in a field of its own.
func (e *Error) Error() string {
	text := e.Detail
	if e.Tried != "" {
		text = fmt.Sprintf("%s: %s", e.Tried, e.Detail)
	}
	if e.Reason == ReasonClockSkew && e.Skew != 0 {
		side := "ahead of"
		if e.Skew < 0 {
			side = "behind"
		}
		text = fmt.Sprintf("%s; the provider's clock is %s %s ours", text, e.Skew.Abs().Round(time.Second/10), side)
	}
	return text
}

// Advise returns what a person should do about the failure, as one clause.
func (e *Error) Advise() string {
	if e.Advice != "" {
		return e.Advice
	}
	return e.Reason.Advice()
}

// Missing reports whether err means that the API does not have the requested object. A
// 404 page that does not come from the API itself does not count.
func Missing(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Reason == ReasonNotFound && !e.NotFromAPI
}

// ReasonOf returns the reason of the *Error that err wraps, or ReasonUnknown if it
// wraps none.
func ReasonOf(err error) Reason {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return ReasonUnknown
}
