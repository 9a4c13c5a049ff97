package providertest

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"export_status_exporter/provider"
)

// Fetch calls the source's Fetch once, checks the result with CheckFetch and returns
// it.
func Fetch(tb testing.TB, source provider.Source) (provider.Snapshot, *provider.Error) {
	tb.Helper()
	snapshot, err := source.Fetch(tb.Context())
	CheckFetch(tb, snapshot, err)
	if err == nil {
		return snapshot, nil
	}
	failed, ok := err.(*provider.Error) //nolint:errorlint // the contract requires this exact type
	if !ok {
		tb.Fatalf("error %v is no *provider.Error", err)
	}
	return snapshot, failed
}

// CheckFetch fails the test unless the result of a Fetch keeps the contract of Source:
// either a failure with a known reason, or reports within all limits.
func CheckFetch(tb testing.TB, snapshot provider.Snapshot, err error) {
	tb.Helper()
	if err != nil {
		var failed *provider.Error
		switch {
		case !errors.As(err, &failed):
			if !errors.Is(err, context.Canceled) {
				tb.Errorf("error %v is no *provider.Error", err)
			}
		case !slices.Contains(provider.Reasons(), failed.Reason):
			tb.Errorf("reason %q is not on the list", failed.Reason)
		default:
			checkFailure(tb, failed)
		}
		return
	}
	for i := range snapshot.Reports {
		checkReport(tb, &snapshot.Reports[i])
	}
	for _, limit := range snapshot.Quota.RateLimits {
		if limit.Window != "minute" && limit.Window != "day" {
			tb.Errorf("window %q", limit.Window)
		}
		checkNumber(tb, "rate limit", limit.Max, 0, math.MaxFloat64)
		checkNumber(tb, "rate limit", limit.Remaining, 0, math.MaxFloat64)
	}
	checkNumber(tb, "balance", snapshot.Quota.CreditsBalance, -math.MaxFloat64, math.MaxFloat64)
}

// checkFailure fails the test unless the failure is safe to show, and unless a failure
// that does not come from the API says nothing about the key.
func checkFailure(tb testing.TB, failed *provider.Error) {
	tb.Helper()
	for _, text := range []string{failed.Error(), failed.Advise()} {
		if text == "" || len(text) > maxMessageBytes || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			tb.Errorf("a failure says %q", text)
		}
	}
	switch {
	case failed.Gateway && (failed.Reason != provider.ReasonUnavailable || !failed.NotFromAPI || !failed.Final):
		tb.Errorf("a gateway's refusal is %+v", failed)
	case failed.NotFromAPI && (failed.Reason == provider.ReasonAuth || failed.Reason == provider.ReasonPermission):
		tb.Errorf("what is not the API's own says something of the key: %+v", failed)
	}
}

// maxMessageBytes is more than any of our messages needs.
const maxMessageBytes = 1000

func checkReport(tb testing.TB, r *provider.Report) {
	tb.Helper()
	if r.ID == "" {
		tb.Error("a report without an id")
	}
	checkLabel(tb, "id", r.ID, provider.MaxReportIDBytes)
	checkLabel(tb, "type", r.Type, provider.MaxTypeBytes)
	checkLabel(tb, "format", r.Format, provider.MaxFormatBytes)
	checkLabel(tb, "provider status", r.ProviderStatus, provider.MaxStatusWordBytes)
	if !slices.Contains(provider.Statuses(), r.Status) {
		tb.Errorf("status %d is not in the set", r.Status)
	}
	if r.Status != provider.StatusUnknown && r.ProviderStatus != "" {
		tb.Errorf("provider status %q beside %s", r.ProviderStatus, r.Status)
	}
	completes := r.Status == provider.StatusReady || r.Status == provider.StatusExpired
	fails := r.Status == provider.StatusFailed || r.Status == provider.StatusCancelled
	if !r.Completed.IsZero() && !completes || !r.Failed.IsZero() && !fails {
		tb.Errorf("a moment that %s does not allow: %+v", r.Status, r)
	}
	checkNumber(tb, "progress", r.Progress, 0, 1)
	checkNumber(tb, "pending deletion", r.PendingDeletion, 0, 1)
	for _, n := range []provider.Number{r.Rows, r.ProcessedRows, r.FailedItems, r.SizeBytes, r.CostCredits} {
		checkNumber(tb, "count", n, 0, math.MaxFloat64)
	}
	for _, at := range []time.Time{
		r.Created, r.Started, r.Completed, r.Failed, r.Expires, r.DataStart, r.DataEnd, r.LastEntry,
	} {
		if !at.IsZero() && (at.Unix() < 0 || at.Year() > 9999) {
			tb.Errorf("moment %s", at)
		}
	}
}

func checkLabel(tb testing.TB, name, value string, limit int) {
	tb.Helper()
	if len(value) > limit || !utf8.ValidString(value) {
		tb.Errorf("%s %q is longer than %d bytes or not UTF-8", name, value, limit)
	}
}

func checkNumber(tb testing.TB, name string, n provider.Number, low, high float64) {
	tb.Helper()
	if n.Known && !(n.Value >= low && n.Value <= high) || !n.Known && n.Value != 0 {
		tb.Errorf("%s %+v is not in %g..%g", name, n, low, high)
	}
}
