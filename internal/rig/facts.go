package rig

import (
	"time"

	"export_status_exporter/internal/sandbox"
)

// FactsOf are what a provider's API is like.
func FactsOf(p sandbox.Provider) sandbox.Facts {
	s := sandbox.New(sandbox.Options{})
	s.Define(sandbox.StripeAPI())
	facts := s.Facts(p)
	if p == sandbox.Stripe { // whose definition names its source and type
		facts.Sources, facts.Types = []string{"report_runs"}, [2]string{"balance.summary.1"}
	}
	return facts
}

// Job is a report that is ready, or what a provider without jobs lists.
func Job(p sandbox.Provider, now time.Time) sandbox.Report {
	facts := FactsOf(p)
	if facts.Words[2] == "" {
		return sandbox.Report{Type: facts.Types[0], Created: now.Add(-time.Hour)}
	}
	return sandbox.Report{
		ID: "JOBX", Type: facts.Types[0], Status: facts.Words[2], Created: now.Add(-time.Hour), Completed: now.Add(-50 * time.Minute),
		DataStart: now.Add(-24 * time.Hour), DataEnd: now.Add(-time.Hour), Expires: now.Add(240 * time.Hour),
	}
}

// SourceOf is the source of a provider that is looked at.
func SourceOf(p sandbox.Provider) string { return FactsOf(p).Sources[0] }

// SettingsOf configures one source only, so a fault hits one call.
func SettingsOf(p sandbox.Provider) []string {
	switch p {
	case sandbox.Kraken:
		return []string{"reports: [trades]"}
	case sandbox.KrakenFutures:
		return []string{"streams: [account_log]"}
	default:
		return nil
	}
}
