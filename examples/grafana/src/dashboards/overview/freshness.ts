import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import { NEUTRAL } from "../../panels/fields.js";
import { bars } from "../../panels/bars.js";
import { heatmap } from "../../panels/heatmap.js";
import { cellAccount } from "../../panels/links.js";
import { table } from "../../panels/table.js";
import { timeseries } from "../../panels/timeseries.js";
import { duration, expected, reportCounts, usualDuration } from "../../promql/expressions.js";
import { asDate, fold } from "../../promql/join.js";
import { select } from "../../promql/select.js";
import type { Row } from "../row.js";

const TYPE = "provider, account, source, type";
const dataEnd = fold(TYPE, select("export_latest_data_end_timestamp_seconds"));
const completed = fold(TYPE, select("export_latest_completed_timestamp_seconds"));
const within = fold(TYPE, expected("data_within"));
const created = fold(TYPE, select("export_latest_created_timestamp_seconds", { status: "=~.+" }));

export const freshness: Row = {
  title: "Freshness by type",
  panels: [
    timeseries({
      title: "Age of the newest data",
      description: "Age of the newest data in ready exports. Dashed: how old it may be (`expect.data_within`).",
      queries: [
        { expr: `time() - ${dataEnd}`, legend: "{{account}} {{source}} {{type}}" },
        { expr: within, legend: "{{account}} {{source}} {{type}} expected", mayBeEmpty: true },
      ],
      unit: "s",
      min: 0,
      forecast: "/ expected$/",
      linked: true,
      runbooks: ["ExportDataStale"],
      width: 12,
      height: 8,
    }),
    timeseries({
      title: "Time since the last completion",
      description: "Time since an export of each type last became ready, if the provider reports it.",
      queries: [{ expr: `time() - ${completed}`, legend: "{{account}} {{source}} {{type}}" }],
      unit: "s",
      min: 0,
      linked: true,
      runbooks: ["ExportDataStale", "ExportNoReports"],
      width: 12,
      height: 8,
    }),
    heatmap({
      title: "Time to ready",
      description:
        "Time from request to ready, for exports that the exporter saw become ready. " +
        "Uses the native histogram if Prometheus stores it, and the classic buckets otherwise.",
      queries: [{ expr: duration.heatmap, legend: "{{le}}", format: prometheus.PromQueryFormat.Heatmap, mayBeEmpty: true }],
      unit: "s",
      runbooks: ["ExportStuck"],
      width: 12,
      height: 8,
    }),
    bars({
      title: "Usual time to ready, by type",
      description: "Median and 95th percentile over the time range. The precision is one bucket.",
      queries: [
        { expr: usualDuration(0.5), legend: "{{provider}} {{type}} median", instant: true, mayBeEmpty: true },
        { expr: usualDuration(0.95), legend: "{{provider}} {{type}} 95 %", instant: true, mayBeEmpty: true },
      ],
      unit: "s",
      thresholds: NEUTRAL,
      noValue: "nothing became ready",
      runbooks: ["ExportStuck"],
      width: 12,
      height: 8,
    }),
    table({
      title: "Newest of each type",
      description: "If a cell is empty, the provider does not report the value, or it has not happened yet.",
      queries: [
        { expr: `sum by (${TYPE}) (${reportCounts("ready")})`, table: true },
        { expr: `time() - ${dataEnd}`, table: true },
        { expr: asDate(dataEnd), table: true },
        { expr: asDate(completed), table: true },
        { expr: asDate(created), table: true },
        { expr: within, table: true, mayBeEmpty: true },
      ],
      columns: [
        { from: "provider", name: "Provider" },
        { from: "account", name: "Account", link: cellAccount },
        { from: "source", name: "Source" },
        { from: "type", name: "Type" },
        { from: { value: 0 }, name: "Ready", width: 90 },
        { from: { value: 1 }, name: "Data age", unit: "s" },
        { from: { value: 5 }, name: "Maximum age", unit: "s" },
        { from: { value: 2 }, name: "Data until", unit: "dateTimeAsIso" },
        { from: { value: 3 }, name: "Last completed", unit: "dateTimeAsIso" },
        { from: { value: 4 }, name: "Last created", unit: "dateTimeAsIso" },
      ],
      sortBy: "Data age",
      runbooks: ["ExportDataStale", "ExportNoReports"],
      width: 24,
      height: 9,
    }),
  ],
};
