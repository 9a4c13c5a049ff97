package krakenfutures

import (
	"strings"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// known is one documented error code, matched by prefix and without regard to
// case or spaces, because details may follow and clients saw both spellings.
type known struct {
	code   string
	reason provider.Reason
}

// catalogue lists the codes of the derivatives reference, of the vendor's
// command line program, and the status words of the history API.
func catalogue() []known {
	return []known{
		{"authenticationError", provider.ReasonAuth},
		{"accountInactive", provider.ReasonAuth},
		{"unauthorized", provider.ReasonAuth},
		{"insufficientPrivileges", provider.ReasonPermission},
		{"forbidden", provider.ReasonPermission},
		{"nonceBelowThreshold", provider.ReasonNonce},
		{"nonceDuplicate", provider.ReasonNonce},
		{"apiLimitExceeded", provider.ReasonRateLimited},
		{"notFound", provider.ReasonNotFound},
		{"not_found", provider.ReasonNotFound},
		{"invalidArgument", provider.ReasonInvalidRequest},
		{"requiredArgumentMissing", provider.ReasonInvalidRequest},
		{"invalidUnit", provider.ReasonInvalidRequest},
		{"invalidAccount", provider.ReasonInvalidRequest},
		{"invalidAmount", provider.ReasonInvalidRequest},
		{"insufficientFunds", provider.ReasonInvalidRequest},
		{"Json Parse Error", provider.ReasonInvalidRequest},
		{"bad_request", provider.ReasonInvalidRequest},
		{"marketUnavailable", provider.ReasonUnavailable},
		{"Unavailable", provider.ReasonUnavailable},
		{"Server Error", provider.ReasonUnavailable},
		{"internal_server_error", provider.ReasonUnavailable},
		{"unknownError", provider.ReasonUnavailable},
	}
}

// refused reports whether the top of the answer says in so many words that the
// call failed.
func (e *envelope) refused() bool {
	return strings.EqualFold(string(e.Result), "error") || e.Error != "" || len(e.Errors.Value) > 0
}

// failed is refused, or a status, which the history API has in errors only.
// Others may have it beside a result that is there.
func (e *envelope) failed() bool { return e.refused() || e.Status != "" }

// known returns the error of the catalogue that the answer tells, in whichever
// dialect, or nil. The words of the answer are only compared, never repeated.
func (e *envelope) known() *provider.Error {
	words := []string{string(e.Error)}
	for _, entry := range e.Errors.Value[:min(len(e.Errors.Value), apiclient.MaxWords)] {
		words = append(words, string(entry.Message))
	}
	words = append(words, string(e.Status))
	for _, word := range words {
		for _, entry := range catalogue() {
			if hasPrefixFold(word, entry.code) {
				return &provider.Error{Reason: entry.reason, Detail: entry.code}
			}
		}
	}
	return nil
}

// classify returns the error that the answer tells, and falls back on the HTTP
// status.
func (e *envelope) classify(response *apiclient.Response) *provider.Error {
	if failed := e.known(); failed != nil {
		return failed
	}
	if !response.OK() {
		return response.StatusError()
	}
	return &provider.Error{Reason: provider.ReasonUnknown, Detail: "an error that is not in Kraken Futures' catalogue"}
}

// unread returns what an answer tells that could not be read to its end: a word
// of the catalogue counts, for it may ask for silence, and nothing else does.
func (e *envelope) unread(err error) error {
	if failed := e.known(); failed != nil && e.refused() {
		return failed
	}
	return err
}

func hasPrefixFold(s, prefix string) bool {
	s = strings.ToLower(strings.ReplaceAll(s, " ", ""))
	return strings.HasPrefix(s, strings.ToLower(strings.ReplaceAll(prefix, " ", "")))
}
