package kraken

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// catalogue lists the errors that a read can return, according to Kraken's guide "Spot
// errors", its SDKs and other clients.
var catalogue = provider.NewCatalogue(
	provider.CatalogueEntry{Word: "EGeneral:Temporary lockout", Reason: provider.ReasonLockout},
	provider.CatalogueEntry{Word: "EAPI:Invalid key", Reason: provider.ReasonAuth},
	provider.CatalogueEntry{Word: "EAPI:Key expired", Reason: provider.ReasonAuth, Advice: "create a new key: this one has expired"},
	provider.CatalogueEntry{Word: "EAPI:Invalid signature", Reason: provider.ReasonAuth, Advice: "check api_secret: it does not belong to api_key"},
	provider.CatalogueEntry{Word: "EAPI:Invalid token", Reason: provider.ReasonAuth},
	provider.CatalogueEntry{Word: "ESession:Invalid session", Reason: provider.ReasonAuth},
	provider.CatalogueEntry{Word: "EAuth:Rate limit exceeded", Reason: provider.ReasonRateLimited},
	provider.CatalogueEntry{Word: "EAuth:Too many requests", Reason: provider.ReasonRateLimited},
	provider.CatalogueEntry{Word: "EAuth:", Reason: provider.ReasonAuth},
	provider.CatalogueEntry{Word: "ETrade:User Locked", Reason: provider.ReasonAuth, Advice: "ask the provider: the account is suspended"},
	provider.CatalogueEntry{Word: "EGeneral:Permission denied", Reason: provider.ReasonPermission},
	provider.CatalogueEntry{Word: "EAPI:Permission denied", Reason: provider.ReasonPermission},
	provider.CatalogueEntry{Word: "EAPI:Feature disabled", Reason: provider.ReasonPermission, Advice: "ask the provider: the feature is disabled for this account"},
	provider.CatalogueEntry{Word: "EAccount:Invalid permissions", Reason: provider.ReasonPermission},
	provider.CatalogueEntry{Word: "EAccount:Restricted", Reason: provider.ReasonPermission, Advice: "ask the provider: the account is restricted"},
	provider.CatalogueEntry{Word: "EAPI:Invalid nonce", Reason: provider.ReasonNonce},
	provider.CatalogueEntry{Word: "EAPI:Rate limit exceeded", Reason: provider.ReasonRateLimited},
	provider.CatalogueEntry{Word: "EGeneral:Too many requests", Reason: provider.ReasonRateLimited},
	provider.CatalogueEntry{Word: "EService:Throttled", Reason: provider.ReasonRateLimited, Until: true},
	provider.CatalogueEntry{Word: "EGeneral:Invalid arguments", Reason: provider.ReasonInvalidRequest},
	provider.CatalogueEntry{Word: "EAPI:Bad request", Reason: provider.ReasonInvalidRequest},
	provider.CatalogueEntry{Word: "EGeneral:Unknown method", Reason: provider.ReasonInvalidRequest},
	provider.CatalogueEntry{Word: "EGeneral:Internal error", Reason: provider.ReasonUnavailable},
	provider.CatalogueEntry{Word: "EDatabase:Internal error", Reason: provider.ReasonUnavailable},
	provider.CatalogueEntry{Word: "EService:Unavailable", Reason: provider.ReasonUnavailable},
	provider.CatalogueEntry{Word: "EService:Busy", Reason: provider.ReasonUnavailable},
	provider.CatalogueEntry{Word: "EService:Deadline elapsed", Reason: provider.ReasonUnavailable},
	provider.CatalogueEntry{Word: "EExport:Not ready", Reason: provider.ReasonUnavailable},
	provider.CatalogueEntry{Word: "EExport:", Reason: provider.ReasonUnavailable},
	provider.CatalogueEntry{Word: "EService:", Reason: provider.ReasonUnavailable},
)

// advice is what to do about a refusal, in Kraken's terms.
var advice = map[provider.Reason]string{
	provider.ReasonAuth:       "check api_key and api_secret: both must belong to one Kraken Spot key; a Kraken Futures key works only under kraken_futures",
	provider.ReasonPermission: "give the key the permission Data - Export data; if it has that, also the query permission that docs/providers.md names",
	provider.ReasonNonce:      "give the exporter a key of its own, or set nonce_unit to the finest unit this key was ever used with",
}

// judge returns why an answer contains no result, or nil. Kraken's error takes
// precedence over the HTTP status of its gateway, which takes precedence over the
// decoding error. Words from the catalogue count whatever the status is, and even if
// the answer is cut off.
func judge(words apiclient.Words, response *apiclient.Response, unread error) error {
	failed := classify(words, response)
	switch {
	case failed != nil && (failed.Reason != provider.ReasonUnknown || response.OK() && unread == nil):
		return failed
	case !response.OK():
		return response.StatusError(words != nil, words.Strings()...)
	default:
		return unread
	}
}

// classify returns the most severe error of the list, with the longest wait that any of
// them asks for. It returns nil if there is no error. Warnings do not count, because
// they may accompany a result.
func classify(texts apiclient.Words, response *apiclient.Response) *provider.Error {
	var worst *provider.Error
	var until time.Time
	for _, text := range texts {
		failed := classifyOne(string(text), response)
		if failed == nil {
			continue
		}
		if failed.RetryAt.After(until) {
			until = failed.RetryAt
		}
		if worst == nil || failed.Reason.Severity() > worst.Reason.Severity() {
			worst = failed
		}
	}
	if worst != nil {
		worst.RetryAt = until
	}
	return worst
}

// warning reports whether a word has the form of a warning, such as
// "WGeneral:Deprecated".
func warning(word string) bool {
	category, _, ok := strings.Cut(provider.FoldErrorWord(word), ":")
	return ok && len(category) > 1 && category[0] == 'w' && strings.Trim(category, "abcdefghijklmnopqrstuvwxyz") == ""
}

// warningsOf returns the warnings among the words, each once.
func warningsOf(words apiclient.Words, response *apiclient.Response) (said []string) {
	for _, word := range words.Strings() {
		if !warning(word) {
			continue
		}
		text := "the API sends a warning; its text is withheld, because it may contain personal data"
		if quoted, ok := response.Code(word); ok {
			text = "the API warns " + quoted
		}
		if !slices.Contains(said, text) {
			said = append(said, text)
		}
	}
	return said
}

func classifyOne(word string, response *apiclient.Response) *provider.Error {
	if warning(word) {
		return nil
	}
	entry, rest, ok := catalogue.Find(word)
	if !ok {
		return response.UnlistedError(word)
	}
	failed := entry.Error()
	if _, ok := response.Code(word); ok && strings.HasSuffix(entry.Word, ":") {
		failed.Detail = strings.TrimSpace(word) // the category alone is too vague
	}
	if entry.Until {
		failed.RetryAt = throttledUntil(rest, response)
	}
	return failed
}

// significantSkew is more than the error caused by the one-second Date header and the
// network. Only above it are Kraken's times converted to the local clock.
const significantSkew = 3 * time.Second

// throttledUntil parses what follows EService:Throttled and returns it as a local time,
// at most MaxHint away. It is zero if the time is past or unreadable. Kraken documents
// Unix seconds; a number too small for that is a duration in seconds.
func throttledUntil(text string, response *apiclient.Response) time.Time {
	if second, err := strconv.ParseFloat(text, 64); err == nil && second > 0 && second <= 1e9 {
		return response.Received.Add(apiclient.RetryAfter(text, response.Received))
	}
	moment := apiclient.ReadMoment(text).Time
	if moment.IsZero() {
		return time.Time{}
	}
	until := moment.Truncate(time.Second)
	if until.Before(moment) {
		until = until.Add(time.Second)
	}
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
