package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

func document(t *testing.T, f Fleet, query string) *Document {
	t.Helper()
	answer := get(t, pagesOf(f).Exports, "/exports?format=json&"+query)
	if got := answer.Header().Get("Content-Type"); answer.Code != http.StatusOK || got != "application/json" {
		t.Fatalf("%d %s", answer.Code, got)
	}
	decoder := json.NewDecoder(answer.Body)
	decoder.DisallowUnknownFields()
	var d Document
	if err := decoder.Decode(&d); err != nil {
		t.Fatal(err)
	}
	return &d
}

func TestJSONSaysWhatThePageSays(t *testing.T) {
	for _, query := range []string{"", "status=ready", "provider=kraken&type=trades", "account=nobody", "limit=3"} {
		d := document(t, richFleet(), query)
		page := open(t, richFleet(), "/exports?"+query)
		fromJSON := []string{}
		for _, r := range d.Reports {
			fromJSON = append(fromJSON, r.ID)
			tr := row(t, page, r.ID)
			if bars := tr.all("progress"); r.ProgressRatio == nil != (len(bars) == 0) || len(bars) == 1 && bars[0].attr["value"] != fmt.Sprint(*r.ProgressRatio) {
				t.Errorf("%s: progress differs", r.ID)
			}
			mustContain(t, tr.text(), words(r.Status), r.Account, r.Provider+" · "+r.Source)
			expires := tr.one(t, "td", class("expires")).all("time")
			if r.Expires == nil != (len(expires) == 0) || len(expires) == 1 && expires[0].attr["datetime"] != r.Expires.Format(time.RFC3339) {
				t.Errorf("%s: expiry differs", r.ID)
			}
		}
		if diff := cmp.Diff(fromJSON, ids(page)); diff != "" {
			t.Errorf("?%s: %s", query, diff)
		}
		for _, a := range d.Accounts {
			text := card(t, page, a.Name).text()
			for _, s := range a.Sources {
				mustContain(t, text, s.Name, words(s.State))
				if s.Failure != nil {
					mustContain(t, text, words(s.Failure.Reason), s.Failure.Advice)
				}
			}
		}
		if len(page.all("article")) != len(d.Accounts) {
			t.Errorf("?%s: accounts differ", query)
		}
	}
}

func TestJSONOfTheRichFleet(t *testing.T) {
	d := document(t, richFleet(), "")
	wantSummary := Summary{
		Accounts: AccountCounts{Total: 6, Trouble: 2, Shown: 6},
		Sources:  SourceCounts{Total: 9, Up: 5, Failing: 1, HeldBack: 1, NotRefreshed: 2, Stale: 1},
		Reports: ReportCounts{
			ByStatus: map[string]int{
				"queued": 1, "processing": 3, "awaiting_start": 1, "ready": 6,
				"failed": 2, "cancelled": 1, "expired": 1, "unknown": 1,
			},
			Total: new(16), Listed: new(15), Shown: 15,
		},
	}
	if diff := cmp.Diff(wantSummary, d.Summary); diff != "" {
		t.Error(diff)
	}
	held := d.Accounts[0].Sources[1]
	until := after(12 * time.Minute)
	if held.State != "held_back" || !held.BackoffUntil.Equal(until) || held.Failure.Reason != "rate_limited" {
		t.Errorf("%+v", held)
	}
	stale := d.Accounts[1].Sources[0]
	if stale.State != "failing" || !stale.Stale || stale.Reports != nil || stale.Omitted != nil {
		t.Errorf("%+v", stale)
	}
	fresh := d.Accounts[2]
	if fresh.State != "not_refreshed" || fresh.Sources[0].LastSuccess != nil || fresh.Sources[0].RefreshDurationSeconds != nil {
		t.Errorf("%+v", fresh)
	}
}

func TestFilterNarrowsTheCounts(t *testing.T) {
	d := document(t, richFleet(), "account=treasury&type=ledgers&status=ready")
	if got := d.Summary.Reports; *got.Total != 2 || *got.Listed != 1 || got.ByStatus["processing"] != 1 || got.ByStatus["failed"] != 0 {
		t.Errorf("%+v", got)
	}
	if *d.Filter.Type != "ledgers" || d.Filter.Provider != nil {
		t.Errorf("%+v", d.Filter)
	}
}

func TestUnknownNumbersAreNull(t *testing.T) {
	r := report("a", "", provider.StatusProcessing, -time.Minute) // our clock is behind
	r.Format = ""
	r.Rows, r.ProcessedRows = provider.Num(math.NaN()), provider.Num(math.Inf(1))
	r.PendingDeletion = provider.Num(0)
	source := up("trades", r)
	source.Snapshot.Quota.RateLimits = []provider.RateLimit{{Window: "day"}, {Window: "minute", Max: provider.Num(5)}}
	d := document(t, Fleet{Now: moment0(), Accounts: []account.View{view("a", "kraken", source)}}, "")
	got := d.Reports[0]
	if got.Rows != nil || got.ProcessedRows != nil || got.Type != nil || got.Format != nil || got.ProgressRatio != nil || got.CostCredits != nil {
		t.Errorf("%+v", got)
	}
	if *got.AgeSeconds != 0 || *got.PendingDeletion {
		t.Errorf("age %v, pending deletion %v", *got.AgeSeconds, *got.PendingDeletion)
	}
	if limits := d.Accounts[0].RateLimits; len(limits) != 1 || limits[0].Remaining != nil || *limits[0].Max != 5 {
		t.Errorf("%+v", limits)
	}
}

func TestListsAreNeverNull(t *testing.T) {
	body := get(t, pagesOf(Fleet{Now: moment0()}).Exports, "/exports?format=json").Body.Bytes()
	if !bytes.Contains(body, []byte(`"accounts": []`)) || !bytes.Contains(body, []byte(`"reports": []`)) {
		t.Errorf("%s", body)
	}
}

func TestQuotaOfTheFirstSourceThatTellsWins(t *testing.T) {
	quota := func(n float64) provider.Quota {
		return provider.Quota{
			CreditsBalance: provider.Num(n),
			RateLimits:     []provider.RateLimit{{Window: "day", Max: provider.Num(n), Remaining: provider.Num(n)}},
		}
	}
	silent, first, second := up("a"), up("b"), up("c")
	first.Snapshot.Quota, second.Snapshot.Quota = quota(1), quota(2)
	d := document(t, Fleet{Now: moment0(), Accounts: []account.View{view("a", "onlyfansapi", silent, first, second)}}, "")
	if a := d.Accounts[0]; *a.CreditsBalance != 1 || len(a.RateLimits) != 1 || *a.RateLimits[0].Remaining != 1 {
		t.Errorf("%+v", a)
	}
}

// Example shows every field of the document.
func Example() {
	now := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	expected := &provider.Expect{General: provider.Expectation{DataWithin: 45 * time.Minute, FetchBeforeExpiry: day}}
	pages := New(func() Fleet {
		return Fleet{Now: now, Accounts: []account.View{{
			Name: "fund", Provider: "coinbase_exchange", Now: now, Expect: expected,
			Policy: account.Policy{RefreshInterval: time.Minute, StaleAfter: time.Hour, MaxReports: 1000, MaxAge: 30 * 24 * time.Hour},
			Sources: []account.SourceView{{
				Name: "reports", Past: &account.Past{Types: []string{"fills"}}, Refreshed: true, LastSuccess: now.Add(-2 * time.Minute), Duration: 250 * time.Millisecond,
				BackoffUntil: now.Add(time.Minute),
				Failure:      &provider.Error{Reason: provider.ReasonRateLimited, Tried: "GET /reports", Detail: "the provider answered 429"},
				Snapshot: &provider.Snapshot{
					Quota: provider.Quota{RateLimits: []provider.RateLimit{{Window: "minute", Max: provider.Num(60), Remaining: provider.Num(0)}}},
					Reports: []provider.Report{{
						ID: "0b6f4a8e", Type: "fills", Format: "csv", Status: provider.StatusReady, Progress: provider.Num(1),
						Created: now.Add(-time.Hour), Completed: now.Add(-50 * time.Minute), Expires: now.Add(30 * time.Minute),
						DataStart: now.AddDate(0, -1, 0),
					}},
				},
			}},
		}}}
	}, Info{Version: "1.0.0"})
	answer := httptest.NewRecorder()
	pages.Exports(answer, httptest.NewRequest(http.MethodGet, "/exports?format=json&type=fills", nil))
	fmt.Print(answer.Body)
	// Output:
	// {
	//   "schema_version": 1,
	//   "generated_at": "2026-08-01T12:00:00Z",
	//   "exporter_version": "1.0.0",
	//   "filter": {
	//     "provider": null,
	//     "account": null,
	//     "type": "fills",
	//     "status": null,
	//     "limit": 200
	//   },
	//   "summary": {
	//     "accounts": {
	//       "total": 1,
	//       "trouble": 1,
	//       "shown": 1
	//     },
	//     "sources": {
	//       "total": 1,
	//       "up": 0,
	//       "failing": 0,
	//       "held_back": 1,
	//       "not_refreshed": 0,
	//       "stale": 0
	//     },
	//     "reports": {
	//       "by_status": {
	//         "awaiting_start": 0,
	//         "cancelled": 0,
	//         "expired": 0,
	//         "failed": 0,
	//         "processing": 0,
	//         "queued": 0,
	//         "ready": 1,
	//         "unknown": 0
	//       },
	//       "total": 1,
	//       "listed": 1,
	//       "shown": 1
	//     }
	//   },
	//   "accounts": [
	//     {
	//       "name": "fund",
	//       "provider": "coinbase_exchange",
	//       "state": "trouble",
	//       "refresh_interval_seconds": 60,
	//       "stale_after_seconds": 3600,
	//       "reports_by_status": {
	//         "awaiting_start": 0,
	//         "cancelled": 0,
	//         "expired": 0,
	//         "failed": 0,
	//         "processing": 0,
	//         "queued": 0,
	//         "ready": 1,
	//         "unknown": 0
	//       },
	//       "credits_balance": null,
	//       "rate_limits": [
	//         {
	//           "window": "minute",
	//           "max": 60,
	//           "remaining": 0
	//         }
	//       ],
	//       "sources": [
	//         {
	//           "name": "reports",
	//           "state": "held_back",
	//           "failure": {
	//             "reason": "rate_limited",
	//             "message": "GET /reports: the provider answered 429",
	//             "advice": "raise refresh_interval, or give the exporter a key of its own"
	//           },
	//           "backoff_until": "2026-08-01T12:01:00Z",
	//           "last_success": "2026-08-01T11:58:00Z",
	//           "stale": false,
	//           "refresh_duration_seconds": 0.25,
	//           "report_count": 1,
	//           "omitted": {
	//             "max_age": 0,
	//             "max_reports": 0
	//           },
	//           "late": [
	//             {
	//               "type": "fills",
	//               "newest": "2026-08-01T11:10:00Z",
	//               "within_seconds": 2700
	//             }
	//           ],
	//           "truncated": false,
	//           "missing_ids": [],
	//           "warnings": []
	//         }
	//       ]
	//     }
	//   ],
	//   "reports": [
	//     {
	//       "provider": "coinbase_exchange",
	//       "account": "fund",
	//       "source": "reports",
	//       "report_id": "0b6f4a8e",
	//       "type": "fills",
	//       "format": "csv",
	//       "status": "ready",
	//       "provider_status": null,
	//       "urgency": "expiring",
	//       "progress_ratio": 1,
	//       "rows": null,
	//       "processed_rows": null,
	//       "cost_credits": null,
	//       "failed_items": null,
	//       "size_bytes": null,
	//       "pending_deletion": null,
	//       "created": "2026-08-01T11:00:00Z",
	//       "started": null,
	//       "completed": "2026-08-01T11:10:00Z",
	//       "failed": null,
	//       "expires": "2026-08-01T12:30:00Z",
	//       "first_seen": null,
	//       "age_seconds": 3600,
	//       "expires_in_seconds": 1800,
	//       "data_start": "2026-07-01T12:00:00Z",
	//       "data_end": null,
	//       "last_entry": null
	//     }
	//   ]
	// }
}
