package sandbox

import (
	"cmp"
	"time"
)

// Stripe is the demo's API that the exporter accesses by an API definition.
const Stripe Provider = "stripe"

// StripeAPI returns Stripe's list of report runs.
func StripeAPI() API {
	return API{
		Name: Stripe, Auth: AuthBearer, List: "/v1/reporting/report_runs", Items: "data", Pages: PagesLast,
		words: [3]string{"pending", "pending", "succeeded"}, account: demoAccount{name: "finance"}, jobs: demo.stripe,
		Object: func(r Report) map[string]any {
			run := map[string]any{
				"id": r.ID, "object": "reporting.report_run", "created": unixMoment(r.Created), "livemode": false,
				"parameters":  map[string]any{"interval_start": unixMoment(r.DataStart), "interval_end": unixMoment(r.DataEnd)},
				"report_type": r.Type, "result": nil, "status": r.Status, "succeeded_at": unixMoment(r.Completed), "error": nil,
			}
			if !r.Completed.IsZero() {
				run["result"] = map[string]any{
					"object": "file", "type": cmp.Or(r.Format, "csv"), "size": 1000 * (1 + len(r.ID)), "created": unixMoment(r.Completed),
					"expires_at": unixMoment(r.Completed.AddDate(1, 0, 0)),
				}
			}
			return run
		},
	}
}

// stripe returns balance reports that progress, a stuck one and a failed one.
func (d demo) stripe(now time.Time) []Report {
	reports := d.moving(now, "balance.summary.1", -d.pace/3, [3]string{"pending", "pending", "succeeded"})
	reports = append(reports,
		d.still("payouts.itemized.3", "stuck", "pending", demoStuckAge),
		d.still("ending_balance_reconciliation.itemized.4", "failed", "failed", demoFailedAge))
	for i := range reports {
		reports[i].ID = "frr_" + reports[i].ID[:16]
	}
	return reports
}
