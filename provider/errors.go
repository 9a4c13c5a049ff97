package provider

import (
	"errors"
	"fmt"
	"time"
)

// Reason is why a call failed: a closed list, used as a label value.
type Reason string

// The reasons. What a person should do about each is in docs/operations.md.
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

// Reasons returns the whole list, in a fixed order.
func Reasons() []Reason {
	return []Reason{
		ReasonAuth, ReasonPermission, ReasonNonce, ReasonClockSkew, ReasonRateLimited,
		ReasonLockout, ReasonPaymentRequired, ReasonNotFound, ReasonInvalidRequest,
		ReasonUnavailable, ReasonTimeout, ReasonNetwork, ReasonTooLarge,
		ReasonMalformed, ReasonUnknown,
	}
}

// Advice says what a person should do about the reason, in one clause, where
// the provider has nothing more exact to say.
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
		return "wait: the provider refuses this key for a while, and every further call prolongs it"
	case ReasonPaymentRequired:
		return "buy credits or renew the plan at the provider"
	case ReasonNotFound:
		return "check the configured ids and base_url"
	case ReasonInvalidRequest:
		return "check the account's settings; if they are right, report a bug of the exporter"
	case ReasonUnavailable:
		return "wait: the provider is down or under maintenance"
	case ReasonTimeout:
		return "check the network, or raise timeout"
	case ReasonNetwork:
		return "check base_url, DNS, proxy, TLS settings and firewall"
	case ReasonTooLarge:
		return "remove old exports at the provider, or report a bug of the exporter"
	case ReasonMalformed:
		return "wait a while; if it stays, check that base_url is the API; if it is, report a bug of the exporter"
	default:
		return "wait; if it stays, check the account at the provider"
	}
}

// Error is a failed call. Its text may be logged and shown: it never holds a
// full URL, a header, a body or any value of a secret.
type Error struct {
	Reason Reason
	// Tried names the call by host and path template.
	Tried string
	// Detail says what went wrong, from a closed set of texts and codes.
	Detail string
	// Advice says what a person should do, where Reason.Advice is too general.
	Advice string
	// Gateway says that something in front of the API refused the call: it is
	// not repeated at once, and the source waits as after a missing permission.
	Gateway bool
	// Foreign says that the answer is not in the API's own form, so that it says
	// nothing about what was asked for.
	Foreign bool
	// Final says that the same call cannot work a moment later, whatever the
	// reason is.
	Final bool
	// SourceOnly says that the failure concerns this source alone, whatever its
	// reason is: a refusal or a wait holds nothing else of the account.
	SourceOnly bool
	// RetryAt is the moment before which the provider asked not to be called
	// again, zero if it did not say.
	RetryAt time.Time
	// Skew is the provider's clock minus ours where the reason is clock_skew.
	Skew time.Duration
}

// Error implements error. It leaves out the reason, which is a field of its own
// wherever an error is shown.
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

// Advise says what a person should do about the failure, in one clause.
func (e *Error) Advise() string {
	if e.Advice != "" {
		return e.Advice
	}
	return e.Reason.Advice()
}

// Missing reports whether an error says that the API does not have what was
// asked for. A page of something in front of the API does not say so.
func Missing(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Reason == ReasonNotFound && !e.Foreign
}

// ReasonOf returns the reason of an error that wraps an *Error, and
// ReasonUnknown for any other.
func ReasonOf(err error) Reason {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ReasonUnknown
}
