import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import { SHARE, SKEW, steps, UP_DOWN } from "../../panels/fields.js";
import { heatmap } from "../../panels/heatmap.js";
import { cellAccount } from "../../panels/links.js";
import { table } from "../../panels/table.js";
import { timeline } from "../../panels/timeline.js";
import { timeseries } from "../../panels/timeseries.js";
import { latency } from "../../promql/expressions.js";
import { fold, ON_SOURCE } from "../../promql/join.js";
import { select } from "../../promql/select.js";
import type { Row } from "../row.js";

const SOURCE = "provider, account, source";
const half = { width: 12, height: 8 };

export const sources: Row = {
  title: "Provider health",
  panels: [
    timeline({
      ...half,
      title: "Sources",
      description: "Whether the last refresh of each source succeeded and the source is not paused.",
      queries: [{ expr: fold(SOURCE, select("export_source_up"), "min"), legend: "{{account}} {{source}}" }],
      mapping: UP_DOWN,
      linked: true,
      runbooks: ["ExportSourceDown", "ExportAuthFailing"],
    }),
    table({
      ...half,
      title: "Failing sources",
      description: "Why sources fail, and how long their pause still lasts.",
      queries: [
        { expr: fold(`${SOURCE}, reason`, select("export_source_failing")), table: true, mayBeEmpty: true },
        {
          expr: fold(SOURCE, `${select("export_source_backoff_until_timestamp_seconds")} - time() > 0`),
          table: true,
          mayBeEmpty: true,
        },
      ],
      columns: [
        { from: "provider", name: "Provider" },
        { from: "account", name: "Account", link: cellAccount },
        { from: "source", name: "Source" },
        { from: "reason", name: "Reason" },
        { from: { value: 1 }, name: "Paused for", unit: "s" },
      ],
      sortBy: "Account",
      ascending: true,
      noValue: "no source is failing",
      runbooks: ["ExportSourceDown", "ExportAuthFailing"],
    }),
    timeseries({
      ...half,
      title: "Age of the data",
      description: "Time since the last successful refresh of each source. After `stale_after`, its exports disappear.",
      queries: [
        {
          expr: `time() - ${fold(SOURCE, select("export_source_last_success_timestamp_seconds"), "min")}`,
          legend: "{{account}} {{source}}",
        },
      ],
      unit: "s",
      min: 0,
      linked: true,
      runbooks: ["ExportSourceDown"],
    }),
    timeseries({
      ...half,
      title: "Refresh time, in percent of the timeout",
      description: "Duration of the last refresh of each source, in percent of the configured `timeout`.",
      queries: [
        {
          expr: fold(
            SOURCE,
            `${select("export_source_refresh_duration_seconds")} / on (${ON_SOURCE}) ` +
              select("export_source_refresh_timeout_seconds"),
          ),
          legend: "{{account}} {{source}}",
        },
      ],
      unit: "percentunit",
      min: 0,
      thresholds: SHARE,
      linked: true,
    }),
    table({
      title: "Limits that were reached",
      description: "Sources whose list is cut off, and exports that are counted but not listed, by limit.",
      queries: [
        { expr: fold(SOURCE, `${select("export_source_truncated")} > 0`), table: true, mayBeEmpty: true },
        { expr: fold(`${SOURCE}, limit`, `${select("export_reports_omitted")} > 0`), table: true, mayBeEmpty: true },
      ],
      columns: [
        { from: "provider", name: "Provider" },
        { from: "account", name: "Account", link: cellAccount },
        { from: "source", name: "Source" },
        { from: { value: 0 }, name: "Cut off", thresholds: steps("orange") },
        { from: { value: 1 }, name: "Not listed" },
        { from: "limit", name: "Limit" },
      ],
      sortBy: "Account",
      ascending: true,
      noValue: "no limit was reached",
      runbooks: ["ExportSourceTruncated", "ExportReportsOmitted"],
      width: 24,
      height: 6,
    }),
  ],
};

export const api: Row = {
  title: "Provider APIs",
  panels: [
    timeseries({
      ...half,
      title: "API requests",
      description: "Requests to the providers per minute, by HTTP status code (`error`: no response).",
      queries: [
        {
          expr: `60 * sum by (provider, code) (rate(${select("export_api_requests_total")}[$__rate_interval]))`,
          legend: "{{provider}} {{code}}",
        },
      ],
      unit: "reqpm",
      min: 0,
      stacked: true,
    }),
    timeseries({
      ...half,
      title: "API errors",
      description: "Failed calls per minute, by reason.",
      queries: [
        {
          expr: `60 * sum by (provider, reason) (rate(${select("export_api_errors_total")}[$__rate_interval])) > 0`,
          legend: "{{provider}} {{reason}}",
          mayBeEmpty: true,
        },
      ],
      unit: "reqpm",
      min: 0,
      runbooks: ["ExportSourceDown", "ExportAuthFailing"],
    }),
    heatmap({
      ...half,
      title: "API latency",
      description:
        "Duration of requests to the providers. Uses the native histogram if Prometheus stores it, " +
        "and the classic buckets otherwise.",
      queries: [{ expr: latency.heatmap, legend: "{{le}}", format: prometheus.PromQueryFormat.Heatmap }],
      unit: "s",
    }),
    timeseries({
      ...half,
      title: "API latency quantiles",
      description: "Median and 95th percentile by provider. If there are several exporters, this is the slowest one.",
      queries: [
        { expr: latency.quantile(0.5), legend: "{{provider}} median" },
        { expr: latency.quantile(0.95), legend: "{{provider}} 95 %" },
      ],
      unit: "s",
      min: 0,
    }),
    timeseries({
      ...half,
      title: "Clock skew",
      description: "The provider's clock minus the exporter's clock. If it grows, the provider refuses signed requests.",
      queries: [
        {
          expr: fold("provider, account", select("export_api_clock_skew_seconds")),
          legend: "{{account}}",
        },
      ],
      unit: "s",
      thresholds: SKEW,
      linked: true,
      runbooks: ["ExportClockSkew"],
      width: 24,
      height: 6,
    }),
  ],
};
