package krakenfutures

import (
	"context"
	"errors"
	"strings"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// accountsPath is the derivatives API's cheapest private read.
const accountsPath = "/derivatives/api/v3/accounts"

// accountsEnd is what to do about a failure of accounts once its API has ended.
const accountsEnd = "Kraken ends the API of accounts on 1 March 2027: from then on leave accounts: true out, and set check_key: true"

// accounts checks the key and compares the clocks; it brings no report. Of the
// answer only the envelope is decoded: balances are nobody's business here.
type accounts struct{ caller *caller }

// Name implements provider.Source.
func (*accounts) Name() string { return "accounts" }

// Types implements provider.Source: there are no reports.
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

// judge returns why the call was not accepted, nil if it was.
func (e *envelope) judge(response *apiclient.Response, unread error) error {
	switch {
	case response.OK() && unread != nil:
		return e.unread(unread)
	case strings.EqualFold(string(e.Result), "success") && response.OK():
		// Accepted and assessed. Whatever "status" stands deeper inside is
		// about something else.
		return nil
	case e.failed() || !response.OK():
		return e.classify(response)
	default:
		return &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer's result is neither success nor error"}
	}
}

// ended adds the end of the API to a failure that may be due to it.
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
	default: // the API is still there
	}
	return err
}
