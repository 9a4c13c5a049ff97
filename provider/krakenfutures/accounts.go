package krakenfutures

import (
	"context"
	"strings"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// accountsPath is the derivatives API's cheapest private read.
const accountsPath = "/derivatives/api/v3/accounts"

// accounts checks the key and compares the clocks; it brings no report. Of the
// answer only the envelope is decoded: balances are nobody's business here.
type accounts struct{ caller *caller }

// Name implements provider.Source.
func (*accounts) Name() string { return "accounts" }

// Types implements provider.Source: there are no reports.
func (*accounts) Types() []string { return nil }

// Fetch implements provider.Source.
func (a *accounts) Fetch(ctx context.Context) (provider.Snapshot, error) {
	err := a.caller.get(ctx, accountsPath, "", func(response *apiclient.Response) error {
		var answer envelope
		err := response.DecodeJSON(&answer)
		response.SetServerTime(answer.ServerTime.Time)
		switch {
		case response.OK() && err != nil:
			return answer.unread(err)
		case strings.EqualFold(string(answer.Result), "success") && response.OK():
			// Accepted and assessed. Whatever "status" stands deeper inside is
			// about something else.
			return nil
		case answer.failed() || !response.OK():
			return answer.classify(response)
		default:
			return &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer's result is neither success nor error"}
		}
	})
	return provider.Snapshot{Listed: err == nil}, err
}
