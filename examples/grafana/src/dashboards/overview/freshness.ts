import { FRESHNESS } from "../../panels/fields.js";
import { cellAccount } from "../../panels/links.js";
import { table } from "../../panels/table.js";
import { timeseries } from "../../panels/timeseries.js";
import { reportCounts } from "../../promql/expressions.js";
import { asDate, fold } from "../../promql/join.js";
import { select } from "../../promql/select.js";
import type { Row } from "../row.js";

const TYPE = "provider, account, source, type";
const dataEnd = fold(TYPE, select("export_latest_data_end_timestamp_seconds"));
const completed = fold(TYPE, select("export_latest_completed_timestamp_seconds"));
const created = fold(TYPE, select("export_latest_created_timestamp_seconds", { status: "=~.+" }));

export const freshness: Row = {
  title: "Freshness by type",
  panels: [
    timeseries({
      title: "Age of the newest data",
      description: "How far behind now the data of exports that became ready reaches. Alerts begin at three days.",
      queries: [{ expr: `time() - ${dataEnd}`, legend: "{{account}} {{source}} {{type}}" }],
      unit: "s",
      min: 0,
      thresholds: FRESHNESS,
      linked: true,
      runbooks: ["ExportDataStale"],
      width: 12,
      height: 8,
    }),
    timeseries({
      title: "Time since the last completion",
      description: "How long ago an export of each type last became ready, for providers that say when.",
      queries: [{ expr: `time() - ${completed}`, legend: "{{account}} {{source}} {{type}}" }],
      unit: "s",
      min: 0,
      thresholds: FRESHNESS,
      linked: true,
      runbooks: ["ExportDataStale", "ExportNothingReady", "ExportNoReports"],
      width: 12,
      height: 8,
    }),
    table({
      title: "Newest of each type",
      description: "An empty cell is something the provider does not tell, or that has not happened.",
      queries: [
        { expr: `sum by (${TYPE}) (${reportCounts("ready")})`, table: true },
        { expr: `time() - ${dataEnd}`, table: true },
        { expr: asDate(dataEnd), table: true },
        { expr: asDate(completed), table: true },
        { expr: asDate(created), table: true },
      ],
      columns: [
        { from: "provider", name: "Provider" },
        { from: "account", name: "Account", link: cellAccount },
        { from: "source", name: "Source" },
        { from: "type", name: "Type" },
        { from: { value: 0 }, name: "Ready", width: 90 },
        { from: { value: 1 }, name: "Data age", unit: "s", thresholds: FRESHNESS },
        { from: { value: 2 }, name: "Data reaches to", unit: "dateTimeAsIso" },
        { from: { value: 3 }, name: "Last completed", unit: "dateTimeAsIso" },
        { from: { value: 4 }, name: "Last created", unit: "dateTimeAsIso" },
      ],
      sortBy: "Data age",
      runbooks: ["ExportDataStale", "ExportNothingReady", "ExportNoReports"],
      width: 24,
      height: 9,
    }),
  ],
};
