package onlyfansapi

import (
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// advice is what to do about a refusal, in the API's own terms.
var advice = map[provider.Reason]string{
	provider.ReasonAuth:            "check token: it must be an API key of OnlyFansAPI",
	provider.ReasonPaymentRequired: "buy credits or renew the plan in the OnlyFansAPI console",
}

// refusal explains an answer other than 2xx. The API has no public error
// catalogue, so the status decides.
func refusal(response *apiclient.Response) *provider.Error {
	var body struct {
		Message apiclient.Words `json:"message"`
		Error   apiclient.Words `json:"error"`
	}
	_ = response.DecodeJSON(&body) // gateways answer in HTML; the status stands
	return response.StatusError(body.Message != nil || body.Error != nil, append(body.Error, body.Message...).Strings()...)
}
