package coinbase

import (
	"net/http"
	"strings"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// maxClockError is how far a request's timestamp may be from the server's
// time, by the guide "Exchange REST API authentication".
const maxClockError = 30 * time.Second

// classify explains an answer other than 2xx. The status comes first, the
// message second: its texts are not documented in full, so it is searched and
// never repeated.
func classify(response *apiclient.Response) *provider.Error {
	failed := response.StatusError()
	var body struct {
		Message apiclient.Word `json:"message,case:ignore"`
	}
	_ = response.DecodeJSON(&body) // gateways answer in HTML; the status stands
	message := strings.ToLower(string(body.Message))

	switch {
	case response.Status != http.StatusBadRequest && response.Status != http.StatusUnauthorized:
		return failed
	case strings.Contains(message, "timestamp"):
		failed.Reason = provider.ReasonClockSkew
		failed.Detail += ", the request's timestamp is refused"
	case strings.Contains(message, "signature"):
		failed.Reason = provider.ReasonAuth
		failed.Detail += ", the signature is refused: the secret is not this key's"
	case strings.Contains(message, "passphrase"):
		failed.Reason = provider.ReasonAuth
		failed.Detail += ", the passphrase is refused"
	case strings.Contains(message, "api key"):
		failed.Reason = provider.ReasonAuth
		failed.Detail += ", the key is refused"
	}
	// The server's clock is known to a second, give or take the way.
	if skew := response.Skew(); failed.Reason == provider.ReasonAuth && skew.Abs() > maxClockError-time.Second {
		failed.Reason = provider.ReasonClockSkew
	}
	failed.Skew = response.Skew()
	return failed
}
