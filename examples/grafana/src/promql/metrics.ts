/**
 * The metrics the dashboards may name, with their labels (job and instance come with every scrape).
 * Selectors are built from this table only, so that a wrong metric or label does not compile.
 */
const account = ["provider", "account"] as const;
const source = [...account, "source"] as const;
const type = [...source, "type"] as const;
const report = [...source, "report_id"] as const;

export const METRICS = {
  export_status: [...report, "status"],
  export_info: [...report, "type", "format"],
  export_unrecognized_status_info: [...report, "provider_status"],
  export_progress_ratio: report,
  export_age_seconds: report,
  export_first_seen_timestamp_seconds: report,
  export_started_timestamp_seconds: report,
  export_completed_timestamp_seconds: report,
  export_failed_timestamp_seconds: report,
  export_expires_timestamp_seconds: report,
  export_data_start_timestamp_seconds: report,
  export_data_end_timestamp_seconds: report,
  export_last_entry_timestamp_seconds: report,
  export_rows: report,
  export_processed_rows: report,
  export_cost_credits: report,
  export_pending_deletion: report,

  export_account_info: account,
  export_reports: [...type, "status"],
  export_reports_omitted: [...source, "limit"],
  export_reports_vanished_total: [...type, "status"],
  export_oldest_unfinished_timestamp_seconds: [...type, "status"],
  export_latest_created_timestamp_seconds: [...type, "status"],
  export_latest_completed_timestamp_seconds: type,
  export_latest_data_end_timestamp_seconds: type,
  export_expected_ready_within_seconds: type,
  export_expected_data_within_seconds: type,
  export_expected_fetch_before_expiry_seconds: type,
  export_credits_balance: account,
  export_rate_limit_max_requests: [...account, "window"],
  export_rate_limit_remaining_requests: [...account, "window"],

  export_source_up: source,
  export_source_failing: [...source, "reason"],
  export_source_backoff_until_timestamp_seconds: source,
  export_source_last_success_timestamp_seconds: source,
  export_source_refresh_duration_seconds: source,
  export_source_refresh_timeout_seconds: source,
  export_source_truncated: source,

  export_api_requests_total: [...account, "code"],
  export_api_errors_total: [...account, "reason"],
  export_api_credits_used_total: account,
  export_api_clock_skew_seconds: account,
  export_duration_seconds: ["provider", "type"],
  export_duration_seconds_bucket: ["provider", "type", "le"],
  export_duration_seconds_count: ["provider", "type"],
  export_api_request_duration_seconds: ["provider"],
  export_api_request_duration_seconds_bucket: ["provider", "le"],

  export_status_exporter_build_info: ["version"],
  export_status_exporter_config_last_reload_successful: [],
  export_status_exporter_config_last_reload_success_timestamp_seconds: [],
  export_status_exporter_scrapes_cut_short_total: [],
  process_resident_memory_bytes: [],
  process_start_time_seconds: [],

  // Written by Prometheus itself.
  up: [],
  scrape_duration_seconds: [],
} as const satisfies Record<string, readonly string[]>;

export type Metric = keyof typeof METRICS;
export type LabelOf<M extends Metric> = (typeof METRICS)[M][number];
