package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// Example shows every field of the document.
func Example() {
	now := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	expected := &provider.Expect{General: provider.Expectation{DataWithin: 45 * time.Minute, FetchBeforeExpiry: day}}
	pages := New(func() Fleet {
		return Fleet{Now: now, Accounts: []account.View{{
			Name: "fund", Provider: "coinbase_exchange", Now: now, Expect: expected, Scraped: now.Add(-2 * time.Minute),
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
	//     "reason": null,
	//     "type": "fills",
	//     "status": null,
	//     "urgency": null,
	//     "id": null,
	//     "search": null,
	//     "sort": null,
	//     "page": 1,
	//     "limit": 200
	//   },
	//   "summary": {
	//     "data_at": "2026-08-01T11:58:00Z",
	//     "scraped_at": "2026-08-01T11:58:00Z",
	//     "accounts": {
	//       "total": 1,
	//       "trouble": 1,
	//       "overdue": 0,
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
	//       "by_urgency": {
	//         "awaiting_start": 0,
	//         "expiring": 1,
	//         "failed": 0,
	//         "over": 0,
	//         "ready": 0,
	//         "stuck": 0,
	//         "under_way": 0,
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
	//       "changed": null,
	//       "age_seconds": 3600,
	//       "expires_in_seconds": 1800,
	//       "data_start": "2026-07-01T12:00:00Z",
	//       "data_end": null,
	//       "last_entry": null
	//     }
	//   ]
	// }
}
