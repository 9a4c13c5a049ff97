package kraken

import (
	"math"
	"strconv"
	"strings"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// known is one entry of Kraken's error catalogue, matched by prefix because
// details may follow.
type known struct {
	prefix string
	reason provider.Reason
}

// catalogue lists the errors of Kraken's "Spot errors" guide and its SDKs that
// a read can meet. Of two prefixes that both match, the first counts.
func catalogue() []known {
	return []known{
		{"EGeneral:Temporary lockout", provider.ReasonLockout},
		{"EAPI:Invalid key", provider.ReasonAuth},
		{"EAPI:Invalid signature", provider.ReasonAuth},
		{"EAPI:Invalid token", provider.ReasonAuth},
		{"ESession:Invalid session", provider.ReasonAuth},
		{"EAuth:Rate limit exceeded", provider.ReasonRateLimited},
		{"EAuth:Too many requests", provider.ReasonRateLimited},
		{"EAuth:", provider.ReasonAuth},
		{"EGeneral:Permission denied", provider.ReasonPermission},
		{"EAPI:Permission denied", provider.ReasonPermission},
		{"EAccount:Invalid permissions", provider.ReasonPermission},
		{"EAPI:Invalid nonce", provider.ReasonNonce},
		{"EAPI:Rate limit exceeded", provider.ReasonRateLimited},
		{"EGeneral:Too many requests", provider.ReasonRateLimited},
		{throttled, provider.ReasonRateLimited},
		{"EGeneral:Invalid arguments", provider.ReasonInvalidRequest},
		{"EAPI:Bad request", provider.ReasonInvalidRequest},
		{"EGeneral:Unknown method", provider.ReasonInvalidRequest},
		{"EGeneral:Internal error", provider.ReasonUnavailable},
		{"EService:Unavailable", provider.ReasonUnavailable},
		{"EService:Busy", provider.ReasonUnavailable},
		{"EService:Deadline elapsed", provider.ReasonUnavailable},
		{"EService:", provider.ReasonUnavailable},
	}
}

// throttled is followed by the unix second from which requests are welcome.
const throttled = "EService:Throttled"

// severity orders the reasons of one answer with several errors: the one that
// asks for the longest silence wins.
func severity(r provider.Reason) int {
	order := []provider.Reason{
		provider.ReasonUnknown, provider.ReasonUnavailable, provider.ReasonInvalidRequest,
		provider.ReasonRateLimited, provider.ReasonNonce, provider.ReasonPermission,
		provider.ReasonAuth, provider.ReasonLockout,
	}
	for i, reason := range order {
		if reason == r {
			return i + 1
		}
	}
	return 0
}

// judge returns why an answer brings no result, nil if it may: what Kraken told,
// else the HTTP status of its gateway, else what kept the answer from being
// read. A word of the catalogue counts, whatever the status is and however the
// answer ended.
func judge(words apiclient.Words, response *apiclient.Response, unread error) error {
	failed := classify(words, response)
	switch {
	case failed != nil && (failed.Reason != provider.ReasonUnknown || response.OK() && unread == nil):
		return failed
	case !response.OK():
		return response.StatusError() //nolint:wrapcheck // It is the domain's error.
	default:
		return unread
	}
}

// classify returns the most severe error of the list, or nil if it holds none,
// with the longest wait that any of them asks for. Entries that begin with W
// are warnings: they may come with a result.
func classify(texts apiclient.Words, response *apiclient.Response) *provider.Error {
	var worst *provider.Error
	var until time.Time
	for _, text := range texts {
		failed := classifyOne(normalise(string(text)), response)
		if failed == nil {
			continue
		}
		if failed.RetryAt.After(until) {
			until = failed.RetryAt
		}
		if worst == nil || severity(failed.Reason) > severity(worst.Reason) {
			worst = failed
		}
	}
	if worst != nil {
		worst.RetryAt = until
	}
	return worst
}

// normalise removes the white space that some texts carry around the colons.
func normalise(text string) string {
	parts := strings.Split(text, ":")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return strings.Join(parts, ":")
}

func classifyOne(text string, response *apiclient.Response) *provider.Error {
	if text == "" || strings.HasPrefix(strings.ToUpper(text), "W") {
		return nil
	}
	for _, entry := range catalogue() {
		if rest, ok := cutPrefixFold(text, entry.prefix); ok {
			failed := &provider.Error{Reason: entry.reason, Detail: strings.TrimSuffix(entry.prefix, ":")}
			if entry.prefix == throttled {
				failed.RetryAt = throttledUntil(strings.TrimPrefix(rest, ":"), response)
			}
			return failed
		}
	}
	// The text itself is not repeated: nobody knows what it holds.
	return &provider.Error{Reason: provider.ReasonUnknown, Detail: "an error that is not in Kraken's catalogue"}
}

// cutPrefixFold is strings.CutPrefix without regard to case.
func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// significantSkew is beyond what the one-second Date header and the network
// make up: only then are the provider's instants moved to our clock.
const significantSkew = 3 * time.Second

// throttledUntil reads the unix second of EService:Throttled as a moment on our
// clock, zero if it is past or unreadable and at most MaxHint away.
func throttledUntil(text string, response *apiclient.Response) time.Time {
	second, err := strconv.ParseFloat(text, 64)
	if err != nil || !(second > 0) || second > 1e11 {
		return time.Time{}
	}
	until := time.Unix(int64(math.Ceil(second)), 0).UTC()
	if skew := response.Skew(); skew.Abs() > significantSkew {
		until = until.Add(-skew)
	}
	if latest := response.Received.Add(apiclient.MaxHint); until.After(latest) {
		return latest
	}
	if !until.After(response.Received) {
		return time.Time{}
	}
	return until
}
