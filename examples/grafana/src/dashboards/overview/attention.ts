import { steps, TIME_LEFT } from "../../panels/fields.js";
import { cellAccount, cellRunbook, exportPage, rowReport } from "../../panels/links.js";
import { STATUS_COLUMN, table, type Column } from "../../panels/table.js";
import { timeseries } from "../../panels/timeseries.js";
import { badEndings, expiringReports, lateness, stuckReports } from "../../promql/expressions.js";
import { fold } from "../../promql/join.js";
import { select } from "../../promql/select.js";
import type { Row } from "../row.js";

const ACCOUNT: Column[] = [
  { from: "provider", name: "Provider" },
  { from: "account", name: "Account", link: cellAccount },
  { from: "source", name: "Source" },
  { from: "type", name: "Type" },
];
const REPORT: Column = { from: "report_id", name: "Export", link: [rowReport, exportPage] };
const half = { width: 12, height: 8 };

export const attention: Row = {
  title: "Needs attention",
  panels: [
    table({
      ...half,
      title: "Alerts",
      description: "Pending and firing alerts of the rules in examples/alerts.yml. Each name links to its runbook.",
      queries: [
        {
          // Alerts have the labels of their rules, and some have no job. So filter by provider and account.
          expr:
            'max by (alertname, alertstate, severity, provider, account, source) ' +
            '(ALERTS{alertname=~"Export.*", provider=~"$provider", account=~"$account"})',
          table: true,
          mayBeEmpty: true,
        },
      ],
      columns: [
        { from: "alertname", name: "Alert", link: cellRunbook },
        { from: "alertstate", name: "State", width: 90 },
        { from: "severity", name: "Severity", width: 90 },
        { from: "provider", name: "Provider" },
        { from: "account", name: "Account", link: cellAccount },
        { from: "source", name: "Source" },
      ],
      sortBy: "State",
      ascending: true,
      noValue: "no alerts",
    }),
    table({
      ...half,
      title: "Stuck exports",
      description: "Exports that have been unfinished for longer than `expect.ready_within`, oldest first.",
      queries: [{ expr: stuckReports, table: true, mayBeEmpty: true }],
      columns: [
        ...ACCOUNT,
        REPORT,
        STATUS_COLUMN,
        { from: { value: 0 }, name: "Age", unit: "s", thresholds: steps("orange", [86400, "red"]) },
      ],
      sortBy: "Age",
      noValue: "nothing is stuck",
      runbooks: ["ExportStuck", "ExportAwaitingStart"],
    }),
    table({
      ...half,
      title: "Failed or expired, not replaced",
      description: "Types whose newest export failed or expired. A newer export removes the row.",
      queries: [
        {
          expr: fold("provider, account, source, type, status", `time() - (${badEndings})`, "min"),
          table: true,
          mayBeEmpty: true,
        },
      ],
      columns: [...ACCOUNT, STATUS_COLUMN, { from: { value: 0 }, name: "Created", unit: "s" }],
      sortBy: "Created",
      ascending: true,
      noValue: "nothing failed or expired",
      runbooks: ["ExportFailed", "ExportDataStale"],
    }),
    table({
      ...half,
      title: "Expiring soon",
      description: "Ready exports that expire within `expect.fetch_before_expiry`. Download them before they expire.",
      queries: [{ expr: expiringReports, table: true, mayBeEmpty: true }],
      columns: [...ACCOUNT, REPORT, { from: { value: 0 }, name: "Time left", unit: "s", thresholds: TIME_LEFT }],
      sortBy: "Time left",
      ascending: true,
      noValue: "nothing expires soon",
      runbooks: ["ExportExpiringSoon"],
    }),
    timeseries({
      ...half,
      title: "Oldest unfinished export, in percent of the expected time",
      description: "Age of the oldest unfinished export, in percent of `expect.ready_within`. It covers all exports that the provider lists.",
      queries: [
        {
          expr: lateness,
          legend: "{{account}} {{source}} {{type}} {{status}}",
          mayBeEmpty: true,
        },
      ],
      unit: "percentunit",
      min: 0,
      thresholds: steps("green", [1, "red"]),
      linked: true,
      runbooks: ["ExportStuck"],
    }),
    timeseries({
      ...half,
      title: "Exports vanished from the provider's list",
      description: "Exports per hour that disappeared from the provider's list, by their last status.",
      queries: [
        {
          expr: `sum by (provider, account, status) (increase(${select("export_reports_vanished_total")}[1h])) > 0`,
          legend: "{{account}} {{status}}",
          mayBeEmpty: true,
        },
      ],
      unit: "short",
      min: 0,
      linked: true,
      runbooks: ["ExportVanished"],
    }),
  ],
};
