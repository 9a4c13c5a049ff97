package sandbox

import (
	"encoding/hex"
	"strconv"
	"time"
)

// kraken has trades and ledgers that move, a ledger stuck in processing, one
// that was processed and failed all the same, and one that is pending deletion.
func (d demo) kraken(now time.Time) []Report {
	words := [3]string{"Queued", "Processing", "Processed"}
	reports := append(d.moving(now, "trades", 0, words), d.moving(now, "ledgers", -d.pace/2, words)...)

	stuck := d.still("ledgers", "stuck", "Processing", demoStuckAge)
	stuck.Started = stuck.Created.Add(30 * time.Second)

	failed := d.still("trades", "failed", "Processed", demoFailedAge)
	failed.Started = failed.Created.Add(20 * time.Second)
	failed.Completed = failed.Created.Add(2 * time.Minute)
	failed.Error = "EExport:Exported size too big"

	deleted := d.still("trades", "deleted", "Processed", 5*24*time.Hour)
	deleted.Started = deleted.Created.Add(20 * time.Second)
	deleted.Completed = deleted.Created.Add(3 * time.Minute)
	deleted.Delete = true

	reports = append(reports, stuck, failed, deleted)
	for i := range reports {
		reports[i].ID = letters(reports[i].ID)
	}
	return reports
}

// coinbase has fills that move, an account statement stuck in creating, a
// failed one, one that expires within six hours and one that has expired since
// at most as long.
func (d demo) coinbase(now time.Time) []Report {
	reports := d.moving(now, "fills", -d.pace/4, [3]string{"pending", "creating", "ready"})
	for i := range reports {
		reports[i].Format = "csv"
	}
	// This series is one of expiry times: the next one and the last one.
	const life = 7 * 24 * time.Hour
	for _, j := range d.series(now.Add(demoExpiryEvery), demoExpiryEvery, demoExpiryEvery/2, 2) {
		r := Report{
			ID: d.id("account", j.n), Type: "account", Status: "ready",
			Created: j.created.Add(-life), Completed: j.created.Add(-life).Add(90 * time.Second),
			Expires: j.created, FileCount: "1",
		}
		r.DataStart, r.DataEnd = r.Created.AddDate(0, -1, 0), r.Created
		reports = append(reports, r)
	}
	reports = append(reports,
		d.still("balance", "stuck", "creating", demoStuckAge),
		d.still("otc-fills", "failed", "failed", demoFailedAge))
	for i := range reports {
		if reports[i].Status == "ready" && reports[i].Expires.IsZero() {
			reports[i].Expires = reports[i].Created.Add(life)
		}
		raw, err := hex.DecodeString(reports[i].ID)
		if err == nil {
			reports[i].ID = uuid(raw)
		}
	}
	return reports
}

// onlyFans has transactions that move, chat messages whose rows grow, an export
// that waits for its paid start, a stuck one and a failed one.
func (d demo) onlyFans(now time.Time) []Report {
	reports := d.moving(now, "transactions", -d.pace/8, [3]string{"pending", "in_progress", "completed"})
	for i := range reports {
		progress(&reports[i], 5000, d.phase(now, reports[i].Created), demoCreditsPerJob)
	}
	// One long job at a time; before it, the last one, which is done.
	long := 15 * d.pace
	for i, j := range d.series(now, long, -5*d.pace, 2) {
		r := Report{
			ID: d.id("chat_messages", j.n), Type: "chat_messages", Status: "in_progress",
			Format: "xlsx", Created: j.created,
			DataStart: j.created.AddDate(-1, 0, 0), DataEnd: j.created,
		}
		done := float64(now.Sub(j.created)) / float64(long)
		if i > 0 {
			done, r.Status, r.Completed = 1, "completed", j.created.Add(long)
		}
		progress(&r, 48000, done, 480)
		reports = append(reports, r)
	}
	waiting := d.still("payouts", "waiting", "calculating_credits_completed", 30*time.Minute)
	progress(&waiting, 1200, 0, 120)
	stuck := d.still("fans", "stuck", "in_progress", demoStuckAge)
	progress(&stuck, 9000, 0.37, 90)
	failed := d.still("media_vault", "failed", "failed", demoFailedAge)
	failed.Failed, failed.Format = failed.Created.Add(4*time.Minute), "zip"
	progress(&failed, 800, 0.6, 8)
	reports = append(reports, waiting, stuck, failed)
	for i := range reports {
		reports[i].ID = "data_export_" + reports[i].ID[:18]
	}
	return reports
}

func progress(r *Report, rows int64, done float64, cost int64) {
	processed, percentage := int64(float64(rows)*done), int64(100*done)
	r.TotalRows, r.Processed, r.Percentage, r.CreditCost = &rows, &processed, &percentage, &cost
}

// credits fall with every finished export of transactions and stop at a small
// balance, so that a demo left alone keeps its warning.
func (d demo) credits(now time.Time) Credits {
	finished := int64(now.Sub(d.epoch) / (2 * d.pace))
	return Credits{Balance: max(demoCreditsFloor, demoCredits-demoCreditsPerJob*max(0, finished))}
}

// futures has an account log that grows eight times within the pace, executions
// and orders that grow at half and a quarter of that, and no triggers.
func (d demo) futures(now time.Time) []Report {
	const firstRow = 184220
	var reports []Report
	for _, stream := range []struct {
		source string
		every  time.Duration
	}{
		{"account_log", d.pace / 8}, {"executions", d.pace / 4}, {"orders", d.pace / 2},
	} {
		for _, j := range d.series(now, stream.every, 0, 50) {
			r := Report{Type: stream.source, Created: j.created, ID: derivedUUID(stream.source, j.n, d.epoch)}
			if stream.source == "account_log" {
				r.ID = strconv.FormatInt(firstRow+j.n, 10)
				if j.n%10 == 0 {
					r.Info = "funding rate change"
				}
			}
			reports = append(reports, r)
		}
	}
	return reports
}
