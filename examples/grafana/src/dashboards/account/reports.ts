import { bars } from "../../panels/bars.js";
import { NEUTRAL, STATUS_CODES, TIME_LEFT, YES } from "../../panels/fields.js";
import { cellReport } from "../../panels/links.js";
import type { Query } from "../../panels/panel.js";
import { STATUS_COLUMN, table, type Column } from "../../panels/table.js";
import { timeline } from "../../panels/timeline.js";
import { timeseries } from "../../panels/timeseries.js";
import { expected } from "../../promql/expressions.js";
import { asDate, fold, ON_REPORT, withInfo } from "../../promql/join.js";
import { select } from "../../promql/select.js";
import { statusCode, UNFINISHED } from "../../promql/status.js";
import type { Row } from "../row.js";
import { perReport, recent, REPORT, SHOWN_ID, shownReports } from "./shown.js";

const unfinished = (expr: string): string =>
  `(${expr}) and on (${ON_REPORT}) ${select("export_status", { report_id: SHOWN_ID, status: UNFINISHED })} == 1`;

/** A column of the main table and its query. */
interface Filled {
  expr: string;
  column: Omit<Column, "from">;
  mayBeEmpty?: true;
}

const DATE = "dateTimeAsIso";
const moment = (metric: Parameters<typeof perReport>[0], name: string, mayBeEmpty?: true): Filled => ({
  expr: perReport(metric, asDate),
  column: { name, unit: DATE },
  ...(mayBeEmpty && { mayBeEmpty }),
});

const FILLED: Filled[] = [
  { expr: perReport("export_progress_ratio"), column: { name: "Progress", unit: "percentunit", bar: true, width: 120 } },
  { expr: perReport("export_age_seconds"), column: { name: "Age", unit: "s" } },
  moment("export_started_timestamp_seconds", "Started"),
  moment("export_completed_timestamp_seconds", "Completed"),
  moment("export_failed_timestamp_seconds", "Failed", true),
  {
    expr: perReport("export_expires_timestamp_seconds", (e) => `${e} - time()`),
    column: { name: "Expires in", unit: "s", thresholds: TIME_LEFT },
  },
  moment("export_data_start_timestamp_seconds", "Data from"),
  moment("export_data_end_timestamp_seconds", "Data to"),
  moment("export_last_entry_timestamp_seconds", "Last entry"),
  { expr: perReport("export_rows"), column: { name: "Rows", unit: "short" } },
  { expr: perReport("export_cost_credits"), column: { name: "Credits", unit: "short" } },
  // Only Kraken reports this, and only for exports that it is deleting.
  {
    expr: perReport("export_pending_deletion"),
    column: { name: "To be deleted", mappings: [YES] },
    mayBeEmpty: true,
  },
];

const everyReport: Query[] = [
  {
    expr: fold(
      `${REPORT}, status, type, format`,
      withInfo(recent(`${select("export_status", { report_id: SHOWN_ID })} == 1`)),
    ),
    table: true,
  },
  ...FILLED.map(({ expr, mayBeEmpty }): Query => ({ expr, table: true, ...(mayBeEmpty && { mayBeEmpty }) })),
];

export const reports: Row = {
  title: "Exports",
  panels: [
    timeline({
      title: "Status of each export",
      description: "One line per listed export, 20 per page. To see fewer exports, use “Created within” and “Export”.",
      queries: [
        {
          expr: fold("provider, account, source, type, report_id", withInfo(recent(statusCode(SHOWN_ID)))),
          legend: "{{source}} {{type}} {{report_id}}",
        },
      ],
      mapping: STATUS_CODES,
      runbooks: ["ExportStuck", "ExportFailed"],
      width: 24,
      height: 12,
    }),
    bars({
      title: "Progress of unfinished exports",
      description: "How much of each export is done, if the provider reports it.",
      queries: [
        {
          expr: fold(
            "provider, account, source, type, report_id",
            withInfo(unfinished(recent(select("export_progress_ratio", { report_id: SHOWN_ID })))),
          ),
          legend: "{{type}} {{report_id}}",
          instant: true,
          mayBeEmpty: true,
        },
      ],
      unit: "percentunit",
      max: 1,
      thresholds: NEUTRAL,
      noValue: "nothing in progress",
      runbooks: ["ExportProgressStalled"],
      width: 8,
      height: 8,
    }),
    timeseries({
      title: "Progress over time",
      description: "A flat line below 100 % means that an export makes no progress.",
      queries: [
        {
          expr: fold(REPORT, unfinished(shownReports("export_progress_ratio"))),
          legend: "{{source}} {{report_id}}",
          mayBeEmpty: true,
        },
      ],
      unit: "percentunit",
      min: 0,
      max: 1,
      runbooks: ["ExportProgressStalled"],
      width: 8,
      height: 8,
    }),
    timeseries({
      title: "Age of unfinished exports",
      description: "Time since the request of each unfinished export. Dashed: when it should be ready (`expect.ready_within`).",
      queries: [
        {
          expr: fold(REPORT, unfinished(shownReports("export_age_seconds"))),
          legend: "{{source}} {{report_id}}",
          mayBeEmpty: true,
        },
        {
          expr: fold("source, type", expected("ready_within")),
          legend: "{{source}} {{type}} expected",
        },
      ],
      unit: "s",
      min: 0,
      forecast: "/ expected$/",
      runbooks: ["ExportStuck", "ExportAwaitingStart"],
      width: 8,
      height: 8,
    }),
    table({
      title: "Exports",
      description: "Every listed export. If a cell is empty, the provider does not report the value.",
      queries: everyReport,
      columns: [
        { from: "report_id", name: "Export", link: cellReport, width: 290 },
        { from: "source", name: "Source", width: 110 },
        { from: "type", name: "Type", width: 110 },
        { from: "format", name: "Format", width: 80 },
        STATUS_COLUMN,
        ...FILLED.map(({ column }, i): Column => ({ ...column, from: { value: i + 1 } })),
      ],
      sortBy: "Age",
      ascending: true,
      noValue: "no export is listed",
      runbooks: ["ExportNoReports", "ExportFailed", "ExportExpiringSoon"],
      width: 24,
      height: 12,
    }),
    table({
      title: "Statuses that the exporter does not know",
      description: "The provider's own status word, for exports whose status is unknown.",
      queries: [
        {
          expr: fold(
            `${REPORT}, provider_status`,
            recent(select("export_unrecognized_status_info", { report_id: SHOWN_ID })),
          ),
          table: true,
          mayBeEmpty: true,
        },
      ],
      columns: [
        { from: "report_id", name: "Export", link: cellReport },
        { from: "source", name: "Source" },
        { from: "provider_status", name: "Status word" },
      ],
      sortBy: "Export",
      ascending: true,
      noValue: "every status is known",
      runbooks: ["ExportAnswerNotUnderstood"],
      width: 12,
      height: 6,
    }),
    timeseries({
      title: "Rows processed",
      description: "Rows processed so far for each unfinished export, if the provider reports them.",
      queries: [
        {
          expr: fold(REPORT, unfinished(shownReports("export_processed_rows"))),
          legend: "{{source}} {{report_id}}",
          mayBeEmpty: true,
        },
      ],
      unit: "short",
      min: 0,
      runbooks: ["ExportProgressStalled"],
      width: 12,
      height: 6,
    }),
  ],
};
