//go:build e2e

package e2e

import (
	"fmt"
	"time"

	"export_status_exporter/internal/sandbox"
)

// kraken returns a report with the given end of its data.
func kraken(id, kind, word string, created, dataEnd time.Time) sandbox.Report {
	r := sandbox.Report{
		ID: id, Type: kind, Status: word, Created: created,
		DataStart: dataEnd.Add(-30 * day), DataEnd: dataEnd,
	}
	if word != "Queued" {
		r.Started = created.Add(time.Minute)
	}
	if word == "Processed" {
		r.Completed = created.Add(5 * time.Minute)
	}
	return r
}

// coinbase returns a report with a numbered UUID.
func coinbase(n int, kind, word string, created, expires time.Time) sandbox.Report {
	r := sandbox.Report{
		ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", n), Type: kind, Status: word, Created: created,
		Expires: expires, DataStart: created.Add(-30 * day), DataEnd: created,
	}
	if word == "ready" {
		r.Completed = created.Add(5 * time.Minute)
	}
	return r
}

// onlyFans returns an export of 1,000 rows, of which the given part is done.
func onlyFans(id, kind, word string, created time.Time, done float64) sandbox.Report {
	rows, processed, percentage, cost := int64(1000), int64(1000*done), int64(100*done), int64(12)
	r := sandbox.Report{
		ID: id, Type: kind, Status: word, Created: created,
		DataStart: created.Add(-30 * day), DataEnd: created,
		TotalRows: &rows, Processed: &processed, Percentage: &percentage, CreditCost: &cost,
	}
	if word == "completed" {
		r.Completed = created.Add(5 * time.Minute)
	}
	return r
}

// deleted returns a report whose file is pending deletion at Kraken.
func deleted(r sandbox.Report) sandbox.Report {
	r.Delete = true
	return r
}

// broken returns a report with the status processed and an error.
func broken(r sandbox.Report) sandbox.Report {
	r.Error = "EExport:Exported size too big"
	return r
}

// heal ends every fault at the providers and in the configuration, in the way it would
// end in practice.
func (f *fleet) heal() {
	now := time.Now()
	f.treasury.SetReports([]sandbox.Report{
		kraken("OLDD", "trades", "Processed", now.Add(-6*day), now.Add(-5*day)),
		deleted(kraken("GONE", "trades", "Processed", now.Add(-6*day), now.Add(-5*day))),
		kraken("QUEU", "trades", "Processed", now.Add(-5*hour), now),
		kraken("PROC", "ledgers", "Processed", now.Add(-6*hour), now),
	})
	f.config.writeSecrets(f.desk)
	f.custody.ClearFault()
	f.custody.SetReports([]sandbox.Report{
		kraken("KEPT", "trades", "Processed", now.Add(-hour), now),
		kraken("GOOD", "ledgers", "Processed", now.Add(-time.Minute), now),
	})
	f.custody.Rotate() // the new key does not expire
	f.config.writeSecrets(f.custody)
	f.fund.SetReports([]sandbox.Report{
		coinbase(1, "fills", "ready", now.Add(-6*day), now), // its expiry has passed
		coinbase(7, "fills", "ready", now.Add(-time.Minute), now.Add(7*day)),
		coinbase(8, "account", "ready", now.Add(-time.Minute), now.Add(7*day)),
		coinbase(9, "otc-fills", "ready", now.Add(-time.Minute), now.Add(7*day)),
		coinbase(4, "balance", "ready", now.Add(-hour), now.Add(7*day)),
	})
	f.vault.SetReports([]sandbox.Report{coinbase(30, "fills", "ready", now.Add(-4*hour), now.Add(7*day))})
	f.vault.ClearFault()
	f.branch.ClearFault()
	f.derivatives.ClearFault()
	f.agency.SetReports([]sandbox.Report{
		onlyFans("data_export_stalled", "transactions", "completed", now.Add(-5*hour), 1),
		onlyFans("data_export_waiting", "payouts", "completed", now.Add(-2*hour), 1),
		onlyFans("data_export_again", "media_vault", "completed", now.Add(-time.Minute), 1),
		onlyFans("data_export_ready", "fans", "completed", now.Add(-day), 1),
	})
	f.agency.SetCredits(sandbox.Credits{Balance: 10000})
	f.spending()
	// Keep the length of the list: if it shrinks while its pages are read, reports seem
	// to have vanished.
	f.archive.SetShape(sandbox.Shape{})
	f.config.change("max_reports: 10\n", "max_reports: 100\n")
	f.archive.SetCredits(sandbox.Credits{Balance: 10000})
	f.newcomer.SetReports([]sandbox.Report{onlyFans("data_export_first", "fans", "completed", now.Add(-hour), 1)})
}
