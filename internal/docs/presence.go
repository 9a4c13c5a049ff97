package main

// presence says when a metric has a sample. What the test can reach in
// scenarios is compared with the program.
type presence string

// The presences that occur more than once, or that a scenario stands for.
const (
	always        presence = "always"
	whileFresh    presence = "while fresh"
	afterFirst    presence = "after the first refresh"
	afterGood     presence = "after the first success"
	whileDown     presence = "only while the source is not up, once it was refreshed or is held back"
	whileHeld     presence = "only while the source is held back"
	whileExpected presence = "always, for each type that is configured, fixed, was seen or stands in `expect.types`; not for a setting of 0"
	onceKnown     presence = "once known, until restart"
	afterAnswer   presence = "after the first answer that tells it, until restart"
)

// presences are those of the metrics about accounts and the process. A metric
// about a report is there while the report is listed and its value is known.
func presences() map[string]presence {
	return map[string]presence{
		"export_account_info":                           always,
		"export_reports":                                whileFresh,
		"export_reports_omitted":                        whileFresh,
		"export_reports_vanished_total":                 always + ", for each type that is configured, fixed or was seen",
		"export_oldest_unfinished_timestamp_seconds":    whileFresh + ", and there is such a report; `status` is `queued`, `processing` or `awaiting_start`",
		"export_latest_created_timestamp_seconds":       whileFresh + ", and there is such a report",
		"export_latest_completed_timestamp_seconds":     whileFresh + ", and there is one that is `ready` or `expired`",
		"export_latest_data_end_timestamp_seconds":      onceKnown,
		"export_expected_ready_within_seconds":          whileExpected,
		"export_expected_data_within_seconds":           whileExpected,
		"export_expected_fetch_before_expiry_seconds":   whileExpected,
		"export_credits_balance":                        whileFresh + ", if the provider has credits",
		"export_rate_limit_max_requests":                whileFresh + ", if the provider tells it; `window` is `minute` or `day`",
		"export_rate_limit_remaining_requests":          whileFresh + ", if the provider tells it",
		"export_api_key_expires_timestamp_seconds":      "with `check_key` (Kraken Spot), if the key ends, while fresh",
		"export_source_up":                              always + "; 0 before the first refresh",
		"export_source_failing":                         whileDown,
		"export_source_backoff_until_timestamp_seconds": whileHeld,
		"export_source_last_success_timestamp_seconds":  afterGood,
		"export_source_refresh_duration_seconds":        afterFirst,
		"export_source_refresh_timeout_seconds":         always,
		"export_source_refresh_interval_seconds":        always,
		"export_source_truncated":                       whileFresh,
		"export_source_unreadable_values":               "only for fields with such values, " + whileFresh,

		"export_api_requests_total":           "from the first answer with this code on",
		"export_api_errors_total":             always + ", for every reason",
		"export_api_credits_used_total":       always,
		"export_api_clock_skew_seconds":       afterAnswer,
		"export_api_request_duration_seconds": always + ", for every provider that has an account",

		"export_status_exporter_config_last_reload_successful":                always,
		"export_status_exporter_config_last_reload_success_timestamp_seconds": always,
		"export_status_exporter_config_hash":                                  always,
		"export_status_exporter_scrapes_cut_short_total":                      always,
		"export_status_exporter_log_lines_dropped_total":                      always,
		"export_status_exporter_shard":                                        always,
		"export_status_exporter_total_shards":                                 always,
	}
}
