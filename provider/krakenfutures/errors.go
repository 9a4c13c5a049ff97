package krakenfutures

import (
	"slices"
	"strings"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// catalogue lists the error codes from the derivatives reference, Kraken's command line
// program and other clients.
var catalogue = provider.NewCatalogue(
	provider.CatalogueEntry{Word: "authenticationError", Reason: provider.ReasonAuth},
	provider.CatalogueEntry{
		Word: "accountInactive", Reason: provider.ReasonNotFound, Meaning: "accountInactive, the account has no history yet",
		Advice: "the key needs no change: wait for the account's first trade, or remove the stream",
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

// statusWords lists words that repeat an HTTP status. They count only if no code of the
// catalogue matches.
var statusWords = provider.NewCatalogue(
	provider.CatalogueEntry{Word: "unauthorized", Reason: provider.ReasonAuth},
	provider.CatalogueEntry{Word: "forbidden", Reason: provider.ReasonPermission},
	provider.CatalogueEntry{Word: "not_found", Reason: provider.ReasonNotFound},
	provider.CatalogueEntry{Word: "bad_request", Reason: provider.ReasonInvalidRequest},
	provider.CatalogueEntry{Word: "internal_server_error", Reason: provider.ReasonUnavailable},
)

// advice is what to do about a refusal, in the terms of Kraken Futures.
var advice = map[provider.Reason]string{
	provider.ReasonAuth:       "check api_key and api_secret: both must belong to one Kraken Futures key; a Kraken Spot key works only under kraken",
	provider.ReasonPermission: "give the key the general access Read only",
	provider.ReasonNonce:      "give the exporter a key of its own",
}

// refused reports whether the top level of the answer contains an error.
func (e *envelope) refused() bool {
	return strings.EqualFold(string(e.Result), "error") || len(e.Error) > 0 || len(e.Errors.Value) > 0
}

// failed reports whether the answer has an error or a status. The history API sends a
// status only with errors; other APIs may also send one with a result.
func (e *envelope) failed() bool { return e.refused() || e.Status != "" }

// words returns the error words of the answer in all forms, most exact first.
func (e *envelope) words() []string {
	words := e.Error.Strings()
	for _, entry := range e.Errors.Value[:min(len(e.Errors.Value), apiclient.MaxWords)] {
		words = append(words, string(entry.Message))
	}
	words = append(words, string(e.Reason), string(e.Status))
	return slices.DeleteFunc(words, func(word string) bool { return strings.TrimSpace(word) == "" })
}

// known returns the most severe error in the answer that is in the catalogue, or nil.
func (e *envelope) known() *provider.Error {
	for _, list := range []*provider.Catalogue{catalogue, statusWords} {
		if worst, ok := list.Worst(e.words()...); ok {
			return worst.Error()
		}
	}
	return nil
}

// classify returns the error in the answer, or one derived from the HTTP status.
func (e *envelope) classify(response *apiclient.Response) *provider.Error {
	if failed := e.known(); failed != nil {
		return failed
	}
	if !response.OK() {
		return response.StatusError(e.failed() || e.Errors.Err != nil, e.words()...)
	}
	return response.UnlistedError(e.words()...)
}

// unread returns the failure for an answer that could not be read completely. An error
// from the catalogue counts, because it may ask for a pause. Anything else is ignored.
func (e *envelope) unread(err error) error {
	if failed := e.known(); failed != nil && e.refused() {
		return failed
	}
	return err
}
