package web

import (
	"slices"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// moment0 is when every test happens.
func moment0() time.Time { return time.Date(2026, 8, 1, 12, 0, 5, 0, time.UTC) }

func before(d time.Duration) time.Time { return moment0().Add(-d) }
func after(d time.Duration) time.Time  { return moment0().Add(d) }

const day = 24 * time.Hour

func policy() account.Policy {
	return account.Policy{
		RefreshInterval: time.Minute, Timeout: 10 * time.Second, StaleAfter: time.Hour,
		MaxReports: 1000, MaxAge: 30 * day,
	}
}

func view(name, kind string, sources ...account.SourceView) account.View {
	return account.View{Name: name, Provider: kind, Policy: policy(), Expect: expect(), Now: moment0(), Sources: sources}
}

// expect holds the default expectations.
func expect() *provider.Expect {
	return &provider.Expect{General: provider.Expectation{ReadyWithin: 4 * time.Hour, FetchBeforeExpiry: day}}
}

// up is a source that works.
func up(name string, reports ...provider.Report) account.SourceView {
	var types []string
	for i := range reports {
		types = append(types, reports[i].Type)
	}
	slices.Sort(types)
	return account.SourceView{
		Name: name, Refreshed: true, Up: true, LastSuccess: before(12 * time.Second), Duration: 184 * time.Millisecond,
		Past:     &account.Past{Types: slices.Compact(types)},
		Snapshot: &provider.Snapshot{Reports: reports, Complete: true},
	}
}

func report(id, kind string, status provider.Status, age time.Duration) provider.Report {
	r := provider.Report{
		ID: id, Type: kind, Format: "csv", Status: status, Created: before(age),
		Progress:  progressOf(status),
		DataStart: before(age).Truncate(day).AddDate(0, -1, 0), DataEnd: before(age).Truncate(day),
	}
	switch status {
	case provider.StatusReady, provider.StatusExpired:
		r.Completed = r.Created.Add(4 * time.Minute)
		r.Rows = provider.Num(12480)
	case provider.StatusProcessing:
		r.Started = r.Created.Add(40 * time.Second)
	case provider.StatusFailed:
		r.Failed = r.Created.Add(2 * time.Minute)
	default: // The others have no more than the rest.
	}
	return r
}

// richFleet has every state, status and urgency once at least.
func richFleet() Fleet {
	ledgers := up("ledgers",
		report("LDGA", "ledgers", provider.StatusQueued, 3*time.Minute),
		report("LDGS", "ledgers", provider.StatusProcessing, 7*time.Hour),
		report("LDGR", "ledgers", provider.StatusReady, 26*time.Hour),
		report("LDGO", "ledgers", provider.StatusReady, 40*day))
	ledgers.Snapshot.Reports[2].PendingDeletion = provider.Num(1)
	trades := up("trades",
		report("TRDF", "trades", provider.StatusFailed, 5*time.Hour),
		report("TRDR", "trades", provider.StatusReady, 50*time.Hour),
		report("TRDE", "trades", provider.StatusFailed, 70*time.Hour))
	trades.Snapshot.Truncated = true

	coinbase := up("reports",
		report("6f1c9d0e-0f5b-4b4e-9b4a-1f9d3a7c2e55", "fills", provider.StatusProcessing, 25*time.Minute),
		report("0b6f4a8e-7d4e-4c3b-8a2d-5e1f0c9b7a31", "account", provider.StatusReady, 7*day-5*time.Hour),
		report("9a3e2d1c-4b5a-4678-9c0d-ef1234567890", "fills", provider.StatusReady, 8*day),
		report("c4d5e6f7-1a2b-4c3d-8e9f-0a1b2c3d4e5f", "otc-fills", provider.StatusUnknown, 90*time.Minute))
	for i := range coinbase.Snapshot.Reports {
		r := &coinbase.Snapshot.Reports[i]
		r.ExpiryEndsReady = true
		if r.Status == provider.StatusReady {
			r.Expires = r.Created.Add(7 * day)
		}
	}
	coinbase.Snapshot.Reports[3].ProviderStatus = "archiving"

	exports := up("data_exports",
		report("data_export_8f2b61c09a", "chat_messages", provider.StatusProcessing, 42*time.Minute),
		report("data_export_17dd04be31", "payouts", provider.StatusAwaitingStart, 95*time.Minute),
		report("data_export_aa0195ce72", "transactions", provider.StatusCancelled, 3*day),
		report("data_export_5c3b7e9d10", "transactions", provider.StatusReady, 9*time.Hour))
	exports.Snapshot.Reports[0].Progress = provider.Num(0.428)
	exports.Snapshot.Reports[0].Rows = provider.Num(48000)
	exports.Snapshot.Reports[0].ProcessedRows = provider.Num(20544)
	exports.Snapshot.Reports[0].CostCredits = provider.Num(480)
	exports.Snapshot.Reports[1].CostCredits = provider.Num(120)
	exports.Snapshot.Missing = []string{"data_export_0000gone"}
	exports.Snapshot.Warnings = []string{"ignored reports without an id"}
	exports.Snapshot.Quota = provider.Quota{
		CreditsBalance: provider.Num(1240.5),
		RateLimits: []provider.RateLimit{
			{Window: "minute", Max: provider.Num(60), Remaining: provider.Num(54)},
			{Window: "day", Max: provider.Num(50000), Remaining: provider.Num(4310)},
		},
	}

	held := up("account_log", provider.Report{
		ID: "account_log", Type: "account_log", Status: provider.StatusReady, Progress: provider.Num(1),
		Rows: provider.Num(184273), DataEnd: before(6 * time.Minute), LastEntry: before(9 * time.Minute),
	})
	held.Up, held.BackoffUntil, held.LastSuccess = false, after(12*time.Minute), before(6*time.Minute)
	held.Failure = &provider.Error{Reason: provider.ReasonRateLimited, Tried: "futures.kraken.com GET /api/history/v3/account-log", Detail: "the provider answered 429"}

	failing := account.SourceView{
		Name: "reports", Refreshed: true, Duration: 10 * time.Second, Stale: true, LastSuccess: before(3 * time.Hour),
		Failure: &provider.Error{Reason: provider.ReasonTimeout, Tried: "api.exchange.coinbase.com GET /reports", Detail: "no answer within 10s"},
	}

	return Fleet{Now: moment0(), Accounts: []account.View{
		view("treasury", "kraken", trades, ledgers),
		view("fund", "coinbase_exchange", coinbase),
		view("agency", "onlyfansapi", exports),
		view("derivatives", "kraken_futures", up("accounts"), held),
		view("archive", "coinbase_exchange", failing),
		view("new-desk", "kraken", account.SourceView{Name: "trades"}, account.SourceView{Name: "ledgers"}),
	}}
}

// progressOf returns the progress that follows from a status alone.
func progressOf(status provider.Status) provider.Number {
	draft := provider.Draft{Status: status}
	return draft.Report(&provider.Unreadable{}).Progress
}
