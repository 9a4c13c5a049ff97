//go:build browser

package browser_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"export_status_exporter/internal/sandbox"
)

// now returns the time of all pages, so that every run shows the same.
func now() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func ago(d time.Duration) time.Time { return now().Add(-d) }

const day = 24 * time.Hour

// row is an expected row of the table.
type row struct {
	ID, Account, Status, Type string
	// Progress is between 0 and 1, or the constant unknown.
	Progress float64
}

// job is a report at its provider, and the row that it should have.
type job struct {
	sandbox.Report
	status   string
	progress float64
}

const unknown = -1

// The accounts. Only desk is down.
const (
	treasury    = "treasury"
	fund        = "fund"
	desk        = "desk"
	derivatives = "derivatives"
	agency      = "agency"
)

// jobs returns all reports by account. They cover every status.
func jobs() map[string][]job {
	kraken := func(id, kind, word string, age time.Duration) sandbox.Report {
		r := sandbox.Report{ID: id, Type: kind, Status: word, Created: ago(age), DataStart: ago(age + 30*day).Truncate(day), DataEnd: ago(age).Truncate(day)}
		if word != "Queued" {
			r.Started = r.Created.Add(20 * time.Second)
		}
		if word == "Processed" {
			r.Completed = r.Created.Add(3 * time.Minute)
		}
		return r
	}
	coinbase := func(name, kind, word string, age, life time.Duration) sandbox.Report {
		r := sandbox.Report{ID: uuid(name), Type: kind, Status: word, Format: "csv", Created: ago(age), DataStart: ago(age + 31*day).Truncate(day), DataEnd: ago(age).Truncate(day)}
		if word == "ready" {
			r.Completed, r.Expires = r.Created.Add(90*time.Second), r.Created.Add(life)
		}
		return r
	}
	onlyFans := func(name, kind, word string, age time.Duration, rows, done, cost int64) sandbox.Report {
		percentage := 100 * done / rows
		r := sandbox.Report{
			ID: "data_export_" + digest(name)[:18], Type: kind, Status: word, Created: ago(age),
			DataStart: ago(age + 365*day).Truncate(day), DataEnd: ago(age).Truncate(day),
			TotalRows: &rows, Processed: &done, Percentage: &percentage, CreditCost: &cost,
		}
		switch word {
		case "completed":
			r.Completed = r.Created.Add(12 * time.Minute)
		case "failed":
			r.Failed = r.Created.Add(4 * time.Minute)
		}
		return r
	}
	deleted := kraken("TDLX", "trades", "Processed", 5*day)
	deleted.Delete = true
	return map[string][]job{
		treasury: {
			{kraken("LSTK", "ledgers", "Processing", 9*time.Hour), "processing", unknown},
			{kraken("TQUE", "trades", "Queued", 3*time.Minute), "queued", 0},
			{kraken("TPRC", "trades", "Processing", 12*time.Minute), "processing", unknown},
			{kraken("LRDY", "ledgers", "Processed", 20*time.Hour), "ready", 1},
			{deleted, "expired", unknown},
		},
		fund: {
			{coinbase("pending", "fills", "pending", 2*time.Minute, 0), "queued", 0},
			{coinbase("soon", "fills", "ready", 7*day-5*time.Hour, 7*day), "ready", 1},
			{coinbase("later", "account", "ready", 2*day, 7*day), "ready", 1},
			{coinbase("over", "account", "ready", 8*day, 7*day), "expired", unknown},
			{coinbase("made good", "account", "failed", 3*day, 0), "failed", unknown},
			{coinbase("stopped", "balance", "canceled", day, 0), "cancelled", unknown},
		},
		desk: {
			{coinbase("desk", "fills", "ready", 6*time.Hour, 7*day), "ready", 1},
		},
		agency: {
			{onlyFans("lost", "media_vault", "failed", 2*time.Hour, 800, 480, 8), "failed", 0.6},
			{onlyFans("to start", "payouts", "calculating_credits_completed", 30*time.Minute, 1200, 0, 120), "awaiting_start", 0},
			{onlyFans("odd", "fans", "paused", 50*time.Minute, 9000, 3330, 90), "unknown", 0.37},
			{onlyFans("half", "transactions", "in_progress", 25*time.Minute, 5000, 2500, 500), "processing", 0.5},
			{onlyFans("done", "transactions", "completed", day, 4800, 4800, 480), "ready", 1},
		},
	}
}

// rows returns all rows of the table, including the streams of derivatives.
func rows() []row {
	all := []row{{ID: "account_log", Account: derivatives, Status: "ready", Type: "account_log", Progress: 1}}
	for account, list := range jobs() {
		for _, each := range list {
			all = append(all, row{each.ID, account, each.status, each.Type, each.progress})
		}
	}
	return all
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func uuid(text string) string {
	d := digest(text)
	return fmt.Sprintf("%s-%s-%s-%s-%s", d[:8], d[8:12], d[12:16], d[16:20], d[20:32])
}

// quoted returns a text as a YAML value.
func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text can always be marshaled
	}
	return string(b)
}
