package onlyfansapi

import (
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// catalogue lists the messages of the framework that the API seems to use, and any text
// about credits. The API documents no errors, so the HTTP status decides unless it is
// just a refusal.
var catalogue = provider.NewCatalogue(
	provider.CatalogueEntry{Word: "Unauthenticated", Reason: provider.ReasonAuth},
	provider.CatalogueEntry{Word: "credits", Anywhere: true, Reason: provider.ReasonPaymentRequired, Meaning: "there are not enough credits"},
	provider.CatalogueEntry{Word: "Too Many Attempts", Reason: provider.ReasonRateLimited},
	provider.CatalogueEntry{Word: "Too Many Requests", Reason: provider.ReasonRateLimited},
	provider.CatalogueEntry{Word: "Not Found", Reason: provider.ReasonNotFound},
	provider.CatalogueEntry{Word: "maintenance", Anywhere: true, Reason: provider.ReasonUnavailable, Meaning: "the API is under maintenance"},
	provider.CatalogueEntry{Word: "Service Unavailable", Reason: provider.ReasonUnavailable},
	provider.CatalogueEntry{Word: "Server Error", Reason: provider.ReasonUnavailable},
)

// advice is what to do about a refusal, in the API's terms.
var advice = map[provider.Reason]string{
	provider.ReasonAuth:            "check token: it must be an API key of OnlyFansAPI",
	provider.ReasonPermission:      "ask the provider: an API key has no permissions to choose",
	provider.ReasonPaymentRequired: "buy credits or renew the plan in the OnlyFansAPI console",
}

// refusal is the error that an answer may contain.
type refusal struct {
	Message apiclient.Words `json:"message"`
	Error   apiclient.Words `json:"error"`
	Success apiclient.Bool  `json:"success"`
}

// refused reports whether a 2xx answer is an error: it says so, or it contains nothing
// but a message from the catalogue.
func (f *refusal) refused(nothing bool) bool {
	_, known := catalogue.Worst(f.Message.Strings()...)
	return len(f.Error) > 0 || f.Success.Known && !f.Success.Value || nothing && known
}

// classify returns the failure for an answer that is an error.
func (f *refusal) classify(response *apiclient.Response) *provider.Error {
	own := f.Message != nil || f.Error != nil
	return response.WordedError(own, catalogue, append(f.Error, f.Message...).Strings()...)
}
