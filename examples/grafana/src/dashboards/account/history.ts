import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import { CREDITS, SHARE, UP_DOWN } from "../../panels/fields.js";
import { heatmap } from "../../panels/heatmap.js";
import { timeline } from "../../panels/timeline.js";
import { timeseries } from "../../panels/timeseries.js";
import { credits, creditsInThreeDays, duration, expected, rateLimitUsed, reportCounts } from "../../promql/expressions.js";
import { fold } from "../../promql/join.js";
import { select } from "../../promql/select.js";
import type { Row } from "../row.js";
import { perReport } from "./shown.js";

const half = { width: 12, height: 8 };
const TYPE = "provider, account, source, type";

export const history: Row = {
  title: "History",
  panels: [
    timeseries({
      ...half,
      title: "Exports by status",
      description: "All exports that the provider lists for the account.",
      queries: [{ expr: `sum by (status) (${reportCounts("=~.+")})`, legend: "{{status}}" }],
      unit: "short",
      min: 0,
      stacked: true,
      statuses: true,
    }),
    timeseries({
      ...half,
      title: "Age of the newest data by type",
      description: "Age of the newest data in ready exports. Dashed: how old it may be (`expect.data_within`).",
      queries: [
        {
          expr: `time() - ${fold(TYPE, select("export_latest_data_end_timestamp_seconds"))}`,
          legend: "{{source}} {{type}}",
        },
        { expr: fold(TYPE, expected("data_within")), legend: "{{source}} {{type}} expected", mayBeEmpty: true },
      ],
      unit: "s",
      min: 0,
      forecast: "/ expected$/",
      runbooks: ["ExportDataStale"],
    }),
    heatmap({
      ...half,
      title: "Time to ready",
      description: "Time from request to ready, for exports that the exporter saw become ready.",
      queries: [{ expr: duration.heatmap, legend: "{{le}}", format: prometheus.PromQueryFormat.Heatmap, mayBeEmpty: true }],
      unit: "s",
      runbooks: ["ExportStuck"],
    }),
    timeseries({
      ...half,
      title: "Age of the newest entry of each stream",
      description: "For streams (Kraken Futures): time since the newest row. On a quiet account, a high value is normal.",
      queries: [
        {
          expr: perReport("export_last_entry_timestamp_seconds", (e) => `time() - ${e}`),
          legend: "{{source}} {{report_id}}",
        },
      ],
      unit: "s",
      min: 0,
    }),
    timeseries({
      ...half,
      title: "Exports vanished from the provider's list",
      description: "Exports per hour that disappeared from the provider's list, by their last status.",
      queries: [
        {
          expr: `sum by (type, status) (increase(${select("export_reports_vanished_total")}[1h])) > 0`,
          legend: "{{type}} {{status}}",
          mayBeEmpty: true,
        },
      ],
      unit: "short",
      min: 0,
      runbooks: ["ExportVanished"],
    }),
  ],
};

export const service: Row = {
  title: "Provider",
  panels: [
    timeline({
      ...half,
      title: "Sources",
      description: "Whether the last refresh of each source succeeded and the source is not paused.",
      queries: [
        { expr: fold("provider, account, source", select("export_source_up"), "min"), legend: "{{source}}" },
      ],
      mapping: UP_DOWN,
      runbooks: ["ExportSourceDown", "ExportAuthFailing"],
    }),
    timeseries({
      ...half,
      title: "API requests and errors",
      description: "Requests to the provider per minute, by HTTP status code, and failed calls, by reason.",
      queries: [
        {
          expr: `60 * sum by (code) (rate(${select("export_api_requests_total")}[$__rate_interval]))`,
          legend: "status {{code}}",
        },
        {
          expr: `60 * sum by (reason) (rate(${select("export_api_errors_total")}[$__rate_interval])) > 0`,
          legend: "failed: {{reason}}",
          mayBeEmpty: true,
        },
      ],
      unit: "reqpm",
      min: 0,
      runbooks: ["ExportAuthFailing", "ExportRateLimitNearlyExhausted"],
    }),
    timeseries({
      ...half,
      title: "Credits, with a forecast for three days",
      description: "Balance of the account. Dashed: the balance three days later, at the rate of the last three days.",
      queries: [
        { expr: credits, legend: "{{account}}" },
        { expr: creditsInThreeDays, legend: "{{account}} in 3 days" },
      ],
      unit: "short",
      thresholds: CREDITS,
      forecast: "/ in 3 days$/",
      runbooks: ["ExportCreditsLow"],
    }),
    timeseries({
      ...half,
      title: "Rate limit used",
      description: "Used share of the provider's request limit. It includes all programs that use the key.",
      queries: [{ expr: rateLimitUsed, legend: "per {{window}}" }],
      unit: "percentunit",
      min: 0,
      max: 1,
      thresholds: SHARE,
      runbooks: ["ExportRateLimitNearlyExhausted"],
    }),
  ],
};
