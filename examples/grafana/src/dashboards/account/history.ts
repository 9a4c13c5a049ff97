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
      title: "Reports by status",
      description: "All reports of the account that the provider lists.",
      queries: [{ expr: `sum by (status) (${reportCounts("=~.+")})`, legend: "{{status}}" }],
      unit: "short",
      min: 0,
      stacked: true,
      statuses: true,
    }),
    timeseries({
      ...half,
      title: "Age of the newest data by type",
      description: "How far behind now the data of ready exports reaches. Dashed: how old it may be (`expect.data_within`).",
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
      description: "How long exports took from the request to ready, for those that the exporter saw become ready.",
      queries: [{ expr: duration.heatmap, legend: "{{le}}", format: prometheus.PromQueryFormat.Heatmap, mayBeEmpty: true }],
      unit: "s",
      runbooks: ["ExportStuck"],
    }),
    timeseries({
      ...half,
      title: "Age of the newest entry of each stream",
      description: "For streams (Kraken Futures): the time since the newest row. A quiet account has an old one.",
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
      title: "Reports vanished from the provider's list",
      description: "Reports that were in one complete list and not in the next, by the last status seen, per hour.",
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
      description: "Whether the last finished refresh of each source succeeded.",
      queries: [
        { expr: fold("provider, account, source", select("export_source_up"), "min"), legend: "{{source}}" },
      ],
      mapping: UP_DOWN,
      runbooks: ["ExportSourceDown", "ExportAuthFailing"],
    }),
    timeseries({
      ...half,
      title: "API requests and errors",
      description: "Requests to the provider per minute by HTTP status code, and failed calls by reason.",
      queries: [
        {
          expr: `60 * sum by (code) (rate(${select("export_api_requests_total")}[$__rate_interval]))`,
          legend: "answered {{code}}",
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
      title: "Credits, and the forecast for three days from then",
      description: "The balance, and (dashed) what it would be three days later at the pace of the three days before.",
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
      description: "The share of the provider's request limit that is used up, by whoever uses the key.",
      queries: [{ expr: rateLimitUsed, legend: "per {{window}}" }],
      unit: "percentunit",
      min: 0,
      max: 1,
      thresholds: SHARE,
      runbooks: ["ExportRateLimitNearlyExhausted"],
    }),
  ],
};
