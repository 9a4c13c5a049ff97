package krakenfutures

import (
	"slices"
	"strings"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// catalogue lists the codes of the derivatives reference, of the vendor's
// command line program and of other clients.
var catalogue = provider.NewCatalogue(
	provider.CatalogueEntry{Word: "authenticationError", Reason: provider.ReasonAuth},
	provider.CatalogueEntry{
		Word: "accountInactive", Reason: provider.ReasonNotFound, Meaning: "accountInactive, the account has no history yet",
		Advice: "nothing to mend at the key: wait for the account's first trade, or leave the stream out",
	},
	provider.CatalogueEntry{Word: "insufficientPrivileges", Reason: provider.ReasonPermission},
	provider.CatalogueEntry{Word: "nonceBelowThreshold", Reason: provider.ReasonNonce},
	provider.CatalogueEntry{Word: "nonceDuplicate", Reason: provider.ReasonNonce},
	provider.CatalogueEntry{Word: "apiLimitExceeded", Reason: provider.ReasonRateLimited},
	provider.CatalogueEntry{Word: "notFound", Reason: provider.ReasonNotFound},
	provider.CatalogueEntry{Word: "invalidArgument", Reason: provider.ReasonInvalidRequest},
	provider.CatalogueEntry{Word: "requiredArgumentMissing", Reason: provider.ReasonInvalidRequest},
	provider.CatalogueEntry{Word: "invalidUnit", Reason: provider.ReasonInvalidRequest},
	provider.CatalogueEntry{Word: "invalidAccount", Reason: provider.ReasonInvalidRequest},
	provider.CatalogueEntry{Word: "invalidAmount", Reason: provider.ReasonInvalidRequest},
	provider.CatalogueEntry{Word: "insufficientFunds", Reason: provider.ReasonInvalidRequest},
	provider.CatalogueEntry{Word: "Json Parse Error", Reason: provider.ReasonInvalidRequest},
	provider.CatalogueEntry{Word: "marketUnavailable", Reason: provider.ReasonUnavailable},
	provider.CatalogueEntry{Word: "Unavailable", Reason: provider.ReasonUnavailable},
	provider.CatalogueEntry{Word: "Server Error", Reason: provider.ReasonUnavailable},
	provider.CatalogueEntry{Word: "unknownError", Reason: provider.ReasonUnavailable},
)

// statusWords lists the words by which the APIs repeat an HTTP status. They count
// only where no code of the catalogue says more.
var statusWords = provider.NewCatalogue(
	provider.CatalogueEntry{Word: "unauthorized", Reason: provider.ReasonAuth},
	provider.CatalogueEntry{Word: "forbidden", Reason: provider.ReasonPermission},
	provider.CatalogueEntry{Word: "not_found", Reason: provider.ReasonNotFound},
	provider.CatalogueEntry{Word: "bad_request", Reason: provider.ReasonInvalidRequest},
	provider.CatalogueEntry{Word: "internal_server_error", Reason: provider.ReasonUnavailable},
)

// advice is what to do about a refusal, in Kraken Futures' own terms.
var advice = map[provider.Reason]string{
	provider.ReasonAuth:       "check api_key and api_secret: both must be of one Kraken Futures key; a Kraken Spot key works only under kraken",
	provider.ReasonPermission: "give the key the general access Read only",
	provider.ReasonNonce:      "give the exporter a key of its own",
}

// refused reports whether the top of the answer says in so many words that the
// call failed.
func (e *envelope) refused() bool {
	return strings.EqualFold(string(e.Result), "error") || len(e.Error) > 0 || len(e.Errors.Value) > 0
}

// failed is refused, or a status, which the history API has in errors only.
// Others may have it beside a result that is there.
func (e *envelope) failed() bool { return e.refused() || e.Status != "" }

// words are what the answer says went wrong, in whichever dialect, the exact
// ones first.
func (e *envelope) words() []string {
	words := e.Error.Strings()
	for _, entry := range e.Errors.Value[:min(len(e.Errors.Value), apiclient.MaxWords)] {
		words = append(words, string(entry.Message))
	}
	words = append(words, string(e.Reason), string(e.Status))
	return slices.DeleteFunc(words, func(word string) bool { return strings.TrimSpace(word) == "" })
}

// known returns the most severe error of the catalogue that the answer tells,
// or nil.
func (e *envelope) known() *provider.Error {
	for _, list := range []*provider.Catalogue{catalogue, statusWords} {
		if worst, ok := list.Worst(e.words()...); ok {
			return worst.Error()
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
		return response.StatusError(e.failed() || e.Errors.Err != nil, e.words()...)
	}
	return response.UnlistedError(e.words()...)
}

// unread returns what an answer tells that could not be read to its end: a word
// of the catalogue counts, for it may ask for silence, and nothing else does.
func (e *envelope) unread(err error) error {
	if failed := e.known(); failed != nil && e.refused() {
		return failed
	}
	return err
}
