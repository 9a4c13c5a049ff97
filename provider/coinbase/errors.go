package coinbase

import (
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// maxClockError is how far a request's timestamp may be from the server's time,
// according to the guide "Exchange REST API authentication".
const maxClockError = 30 * time.Second

// catalogue lists the messages known from other clients, by a distinctive part. The
// messages are sentences and not fully documented.
var catalogue = provider.NewCatalogue(
	provider.CatalogueEntry{
		Word: "header is required", Anywhere: true, Reason: provider.ReasonInvalidRequest, Meaning: "a header of the request did not arrive",
		Advice: "check that no proxy removes the CB-ACCESS headers",
	},
	provider.CatalogueEntry{Word: "timestamp", Anywhere: true, Reason: provider.ReasonClockSkew, Meaning: "the request's timestamp is refused"},
	provider.CatalogueEntry{
		Word: "signature", Anywhere: true, Reason: provider.ReasonAuth, Meaning: "the signature is refused: the secret is not this key's",
		Advice: "check api_secret: it does not belong to api_key",
	},
	provider.CatalogueEntry{
		Word: "passphrase", Anywhere: true, Reason: provider.ReasonAuth, Meaning: "the passphrase is refused",
		Advice: "check passphrase: it was chosen when this key was created",
	},
	provider.CatalogueEntry{Word: "api key", Anywhere: true, Reason: provider.ReasonAuth, Meaning: "the key is refused"},
	provider.CatalogueEntry{Word: "forbidden", Exact: true, Reason: provider.ReasonPermission, Meaning: "the key may not read this"},
	provider.CatalogueEntry{Word: "rate limit exceeded", Anywhere: true, Reason: provider.ReasonRateLimited},
	provider.CatalogueEntry{Word: "NotFound", Exact: true, Reason: provider.ReasonNotFound},
	provider.CatalogueEntry{Word: "maintenance", Anywhere: true, Reason: provider.ReasonUnavailable, Meaning: "the API is under maintenance"},
	provider.CatalogueEntry{Word: "internal server error", Reason: provider.ReasonUnavailable},
)

// advice is what to do about a refusal, in Coinbase's terms.
var advice = map[provider.Reason]string{
	provider.ReasonAuth:       "check api_key, api_secret and passphrase: all three must belong to one Coinbase Exchange key",
	provider.ReasonPermission: "give the key the permission View, and check that profile_id is the key's own profile",
}

// refusal is the error that an answer may contain in place of reports.
type refusal struct {
	Message apiclient.Words `json:"message,case:ignore"`
}

// classify returns the failure for an answer that is an error.
func (f *refusal) classify(response *apiclient.Response) *provider.Error {
	failed := response.WordedError(f.Message != nil, catalogue, f.Message.Strings()...)
	switch failed.Reason {
	case provider.ReasonAuth, provider.ReasonClockSkew, provider.ReasonInvalidRequest:
		// The server's clock is known to about one second, plus the network delay.
		failed.Skew = response.Skew()
		if failed.Reason == provider.ReasonAuth && failed.Skew.Abs() > maxClockError-time.Second {
			failed.Reason, failed.Advice = provider.ReasonClockSkew, ""
		}
	default: // unrelated to the clock
	}
	return failed
}
