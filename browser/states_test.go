//go:build browser

package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/internal/web"
	"export_status_exporter/provider"
)

// state is a state of the exporter.
type state struct {
	fleet web.Fleet
	// long reports that names are so long that lines must wrap.
	long bool
}

// states returns the states of an exporter, each with more content than fits on a
// screen. Only the pages are served, without the rest of the program.
func states() map[string]state {
	return map[string]state{
		"empty":   {fleet: web.Fleet{Now: now()}},
		"waiting": {fleet: web.Fleet{Now: now(), Accounts: []account.View{viewOf("new-desk", "kraken", account.SourceView{Name: "trades"}, account.SourceView{Name: "ledgers"})}}},
		"healthy": {fleet: healthyFleet()},
		"refused": {fleet: refusedFleet()},
		"many":    {fleet: manyFleet(20)},
		"stale":   {fleet: staleFleet()},
		"long":    {fleet: longFleet(), long: true},
		"crowd":   {fleet: crowdFleet(), long: true},
	}
}

// exportQuery returns the query of the page of the first export.
func exportQuery(f web.Fleet) string {
	view := f.Accounts[0]
	return url.Values{
		"provider": {view.Provider}, "account": {view.Name}, "source": {view.Sources[0].Name}, "id": {view.Sources[0].Snapshot.Reports[0].ID},
	}.Encode()
}

func viewOf(name, kind string, sources ...account.SourceView) account.View {
	return account.View{
		Name: name, Provider: kind, Now: now(), Scraped: ago(20 * time.Second), Sources: sources,
		Expect: &provider.Expect{General: provider.Expectation{ReadyWithin: 4 * time.Hour, FetchBeforeExpiry: day}},
		Policy: account.Policy{
			RefreshInterval: time.Minute, Timeout: 10 * time.Second, StaleAfter: time.Hour, MaxReports: 100000, MaxAge: 30 * day,
		},
	}
}

func upSource(name string, reports ...provider.Report) account.SourceView {
	kinds := make(map[string]bool)
	var types []string
	for i := range reports {
		if !kinds[reports[i].Type] {
			kinds[reports[i].Type] = true
			types = append(types, reports[i].Type)
		}
	}
	return account.SourceView{
		Name: name, Refreshed: true, Up: true, LastSuccess: ago(56 * time.Second), Duration: 184 * time.Millisecond,
		Past: &account.Past{Types: types}, Snapshot: &provider.Snapshot{Reports: reports, Complete: true},
	}
}

func exportOf(id, kind string, status provider.Status, age time.Duration) provider.Report {
	r := provider.Report{
		ID: id, Type: kind, Format: "csv", Status: status, Created: ago(age), FirstSeen: ago(age - time.Second),
		DataStart: ago(age).Truncate(day).AddDate(0, -1, 0), DataEnd: ago(age).Truncate(day),
	}
	switch status {
	case provider.StatusReady:
		r.Started, r.Completed, r.Progress, r.Rows = r.Created.Add(time.Minute), r.Created.Add(30*time.Minute), provider.Num(1), provider.Num(1_284_480)
		r.Expires = r.Created.Add(7 * day)
	case provider.StatusProcessing:
		r.Started, r.Progress = r.Created.Add(40*time.Second), provider.Num(0.428)
		r.Rows, r.ProcessedRows, r.CostCredits = provider.Num(4_800_000), provider.Num(2_054_400), provider.Num(48_000)
	case provider.StatusFailed:
		r.Failed, r.Expires = r.Created.Add(2*time.Minute), r.Created.Add(7*day)
	default: // the other statuses have no further fields
	}
	return r
}

func healthyFleet() web.Fleet {
	f := web.Fleet{Now: now()}
	for i, name := range []string{"treasury", "fund", "agency"} {
		source := upSource("reports",
			exportOf(uuid(name+"a"), "fills", provider.StatusProcessing, time.Duration(i+1)*time.Hour),
			exportOf(uuid(name+"b"), "fills", provider.StatusReady, 26*time.Hour),
			exportOf(uuid(name+"c"), "account", provider.StatusReady, 50*time.Hour))
		source.Snapshot.Quota = provider.Quota{CreditsBalance: provider.Num(1_240_567.5), RateLimits: []provider.RateLimit{
			{Window: "minute", Max: provider.Num(60), Remaining: provider.Num(54)},
			{Window: "day", Max: provider.Num(50000), Remaining: provider.Num(4310)},
		}}
		f.Accounts = append(f.Accounts, viewOf(name, "coinbase_exchange", source))
	}
	return f
}

// refusedFleet has 60 accounts whose key is refused, and one that works.
func refusedFleet() web.Fleet {
	f := web.Fleet{Now: now(), Accounts: []account.View{viewOf("works", "coinbase_exchange", upSource("reports", exportOf(uuid("x"), "fills", provider.StatusReady, day)))}}
	for i := range 60 {
		source := upSource("reports", exportOf(uuid(fmt.Sprint("refused", i)), "fills", provider.StatusReady, 26*time.Hour))
		source.Up, source.BackoffUntil = false, now().Add(14*time.Minute+time.Duration(i)*time.Second)
		source.Failure = &provider.Error{
			Reason: provider.ReasonAuth, Tried: "api.exchange.coinbase.com GET /reports", Detail: "HTTP 401: Invalid API Key",
			Advice: "check api_key, api_secret and passphrase: the three belong together",
		}
		f.Accounts = append(f.Accounts, viewOf(fmt.Sprintf("client-%02d-of-the-fund", i), "coinbase_exchange", source))
	}
	return f
}

// manyFleet has accounts with 1,000 exports each, in every status.
func manyFleet(accounts int) web.Fleet {
	f := web.Fleet{Now: now()}
	for i := range accounts {
		var reports []provider.Report
		for j := range 1000 {
			name := fmt.Sprint(i, "/", j)
			status := provider.Statuses()[(i+j)%len(provider.Statuses())]
			reports = append(reports, exportOf(uuid(name), fmt.Sprint("type-", j%12), status, time.Duration(j+1)*17*time.Minute))
		}
		f.Accounts = append(f.Accounts, viewOf(fmt.Sprintf("desk-%02d", i), "coinbase_exchange", upSource("reports", reports...)))
	}
	return f
}

// staleFleet was last scraped an hour ago. The data of two of its accounts is too old
// to be shown.
func staleFleet() web.Fleet {
	f := healthyFleet()
	for i := range f.Accounts {
		f.Accounts[i].Scraped = ago(56 * time.Minute)
		f.Accounts[i].Sources[0].LastSuccess = ago(56 * time.Minute)
	}
	return f
}

// crowdFleet has 26 accounts with the longest possible names, each with an export that
// is stuck and has a long type, and one account in trouble.
func crowdFleet() web.Fleet {
	f := web.Fleet{Now: now()}
	for i := range 26 {
		name := fmt.Sprintf("the-market-making-desk-of-the-digital-assets-division-number-%02d", i)
		source := upSource("data_exports",
			exportOf("data_export_"+digest(name)[:32], "profit_and_loss_by_instrument_and_counterparty_with_all_fees_paid", provider.StatusProcessing, time.Duration(i+5)*time.Hour),
			exportOf(uuid(name), "fills", provider.StatusReady, 26*time.Hour))
		source.Snapshot.Warnings = []string{"ignored reports without an id"}
		if i == 13 {
			source.Up, source.Failure = false, &provider.Error{Reason: provider.ReasonTimeout, Tried: "api.exchange.coinbase.com GET /reports", Detail: "no answer within 10s", Advice: "check the network, or raise timeout"}
		}
		f.Accounts = append(f.Accounts, viewOf(name, "coinbase_exchange", source))
	}
	return f
}

// longFleet has the longest possible values everywhere.
func longFleet() web.Fleet {
	long := func(word string, n int) string {
		text := ""
		for len(text) < n {
			text += word
		}
		return text[:n]
	}
	one := exportOf(long("W", 128), long("type_of_export_", 64), provider.StatusUnknown, 3*time.Hour)
	one.ProviderStatus, one.Format = long("W", 64), long("M", 16)
	two := exportOf(long("数", 126), long("型", 63), provider.StatusFailed, 900*time.Hour)
	two.FailedItems, two.SizeBytes = provider.Num(123456789), provider.Num(1.5e12)
	stream := provider.Report{ID: "account_log", Type: "account_log", Status: provider.StatusReady, Progress: provider.Num(1), Rows: provider.Num(184_273_000_000), LastEntry: ago(9 * time.Minute)}
	source := upSource(long("source_", 63), one, two, stream)
	source.Up, source.Failure = false, &provider.Error{Reason: provider.ReasonInvalidRequest, Tried: long("host.", 60) + "example GET /" + long("path/", 90), Detail: long("W", 300)}
	source.Snapshot.Warnings = []string{long("warning", 200), "ignored reports without an id"}
	source.Snapshot.Missing = []string{long("X", 128)}
	source.Snapshot.Truncated = true
	return web.Fleet{Now: now(), Accounts: []account.View{viewOf(long("account-", 64), "kraken", source), viewOf("a", "kraken", upSource("trades"))}}
}

// serve serves the pages of a state.
func serve(t *testing.T, f web.Fleet) string {
	t.Helper()
	pages := web.New(func() web.Fleet { return f }, web.Info{Version: "1.0.0", Profiles: true})
	mux := http.NewServeMux()
	for path, handler := range map[string]http.HandlerFunc{
		"/{$}": pages.Landing, "/exports": pages.Exports, "/export": pages.Export, "/runbooks/": pages.Runbook,
		"/static/": pages.Static, "/favicon.ico": pages.Static,
		"/config": func(w http.ResponseWriter, r *http.Request) { pages.Config(w, r, shownSettings) },
	} {
		mux.Handle("GET "+path, handler)
	}
	server := httptest.NewServer(web.SecurityHeaders(mux))
	t.Cleanup(server.Close)
	return server.URL
}

const shownSettings = `refresh_interval: 5m
timeout: 10s # default
accounts:
  - name: treasury
    refresh_interval: 5m # inherited
    kraken:
      api_key_file: /etc/export_status_exporter/secrets/kraken/of/the/treasury/department/api.key
      api_secret: <secret>
      reports: # default
        - trades
        - ledgers
`
