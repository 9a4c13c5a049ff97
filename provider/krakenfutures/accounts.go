package krakenfutures

import (
	"context"
	"errors"
	"strings"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// accountsPath is the cheapest private read of the derivatives API.
const accountsPath = "/derivatives/api/v3/accounts"

// accountsEnd is the advice for failures of this call after the API has ended.
const accountsEnd = "Kraken removes the API of accounts on 1 March 2027: from then on, remove accounts: true and set check_key: true"

// accounts checks the key and compares the clocks. It returns no reports. Only the
// envelope of the answer is decoded, not the balances.
type accounts struct{ caller *caller }

// Name implements provider.Source.
func (*accounts) Name() string { return "accounts" }

// Types implements provider.Source. There are no reports.
func (*accounts) Types() []string { return nil }

// Reportless implements provider.Reportless.
func (*accounts) Reportless() {}

// Fetch implements provider.Source.
func (a *accounts) Fetch(ctx context.Context) (provider.Snapshot, error) {
	err := a.caller.getBeside(ctx, accountsPath, func(response *apiclient.Response) error {
		var answer envelope
		err := response.DecodeJSON(&answer)
		response.SetServerTime(answer.ServerTime.Time)
		return ended(answer.judge(response, err))
	})
	return provider.Snapshot{Complete: err == nil}, err
}

// judge returns why the call was not accepted, or nil.
func (e *envelope) judge(response *apiclient.Response, unread error) error {
	switch {
	case response.OK() && unread != nil:
		return e.unread(unread)
	case strings.EqualFold(string(e.Result), "success") && response.OK():
		// The call was accepted. A "status" deeper in the answer is about something
		// else.
		return nil
	case e.failed() || !response.OK():
		return e.classify(response)
	default:
		return &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer's result is neither success nor error"}
	}
}

// ended adds a note about the end of the API to failures that it may cause.
func ended(err error) error {
	var failed *provider.Error
	if !errors.As(err, &failed) {
		return err
	}
	switch failed.Reason {
	case provider.ReasonNotFound, provider.ReasonInvalidRequest:
		switch known := failed.Advice; {
		case known == "":
			failed.Advice = accountsEnd
		case failed.Reason == provider.ReasonInvalidRequest:
			failed.Advice = known + "; " + accountsEnd
		}
	case provider.ReasonMalformed, provider.ReasonUnknown:
		failed.Advice = failed.Advise() + "; " + accountsEnd
	default: // the API still exists
	}
	return err
}
