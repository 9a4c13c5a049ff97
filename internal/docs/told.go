package main

import (
	"slices"
	"strings"

	"export_status_exporter/collector"
	"export_status_exporter/config"
)

// providers returns the label values of the providers in code.
func providers() []string { return config.Kinds() }

// told returns, for each metric that not all providers have, the providers that have
// it. A test compares it with the demo.
func told() map[string][]string {
	const (
		kraken   = "kraken"
		coinbase = "coinbase_exchange"
		futures  = "kraken_futures"
		onlyfans = "onlyfansapi"
	)
	jobs := []string{kraken, coinbase, onlyfans}
	return map[string][]string{
		"export_age_seconds":                  jobs,
		"export_created_timestamp_seconds":    jobs,
		"export_started_timestamp_seconds":    {kraken},
		"export_completed_timestamp_seconds":  jobs,
		"export_failed_timestamp_seconds":     {onlyfans},
		"export_expires_timestamp_seconds":    {kraken, coinbase},
		"export_data_start_timestamp_seconds": jobs,
		"export_last_entry_timestamp_seconds": {futures},
		"export_rows":                         {futures, onlyfans},
		"export_processed_rows":               {onlyfans},
		"export_failed_items":                 {onlyfans},
		"export_size_bytes":                   {},
		"export_first_seen_timestamp_seconds": {futures},
		"export_cost_credits":                 {onlyfans},
		"export_pending_deletion":             {kraken},
	}
}

// toldTable returns the content of told as a table.
func toldTable(metrics []collector.Metric) string {
	by := told()
	var b strings.Builder
	b.WriteString("| metric | `" + strings.Join(providers(), "` | `") + "` |\n")
	b.WriteString("| --- |" + strings.Repeat(" --- |", len(providers())) + "\n")
	for _, m := range metrics {
		cells := []string{"`" + m.Name + "`"}
		some, limited := by[m.Name]
		for _, each := range providers() {
			mark := ""
			if !limited || slices.Contains(some, each) {
				mark = "yes"
			}
			cells = append(cells, mark)
		}
		row(&b, cells...)
	}
	return b.String()
}
