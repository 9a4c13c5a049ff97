import { ANY_IS_BAD, ANY_IS_NOTABLE } from "../../panels/fields.js";
import { stat } from "../../panels/stat.js";
import { statusBars } from "../../panels/bars.js";
import { timeseries } from "../../panels/timeseries.js";
import { expiringCount, failedCount, reportCounts, stuckCount } from "../../promql/expressions.js";
import { fold } from "../../promql/join.js";
import { select } from "../../promql/select.js";
import { UNFINISHED } from "../../promql/status.js";
import type { Row } from "../row.js";

const size = { width: 3, height: 4 };

export const glance: Row = {
  title: "At a glance",
  panels: [
    stat({
      ...size,
      title: "Accounts",
      description: "Accounts in the exporters' configuration.",
      queries: [{ expr: `count(${fold("provider, account", select("export_account_info"))})` }],
    }),
    stat({
      ...size,
      title: "Sources down",
      description: "Sources that are failing or paused, or were never refreshed.",
      queries: [{ expr: `sum(1 - ${fold("provider, account, source", select("export_source_up"), "min")})` }],
      thresholds: ANY_IS_BAD,
      runbooks: ["ExportSourceDown", "ExportAuthFailing"],
    }),
    stat({
      ...size,
      title: "Stuck",
      description: "Exports that have been unfinished for longer than `expect.ready_within`.",
      queries: [{ expr: stuckCount }],
      thresholds: ANY_IS_BAD,
      runbooks: ["ExportStuck"],
    }),
    stat({
      ...size,
      title: "Newest failed",
      description: "Types whose newest export failed. A newer export of the type resolves this.",
      queries: [{ expr: failedCount }],
      thresholds: ANY_IS_BAD,
      runbooks: ["ExportFailed"],
    }),
    stat({
      ...size,
      title: "Expiring soon",
      description: "Ready exports that expire within `expect.fetch_before_expiry`. “none”: no export has an expiry.",
      queries: [{ expr: expiringCount }],
      thresholds: ANY_IS_NOTABLE,
      noValue: "none",
      runbooks: ["ExportExpiringSoon"],
    }),
    stat({
      ...size,
      title: "Expired",
      description: "Exports past their expiry that the provider still lists. The exporter cannot know whether somebody downloaded them.",
      queries: [{ expr: `sum(${reportCounts("expired")})` }],
      runbooks: ["ExportDataStale"],
    }),
    stat({
      ...size,
      title: "Unfinished",
      description: "Exports that are queued, processing or waiting to be started.",
      queries: [{ expr: `sum(${reportCounts(UNFINISHED)})` }],
    }),
    stat({
      ...size,
      title: "Ready",
      description: "Exports that can be downloaded.",
      queries: [{ expr: `sum(${reportCounts("ready")})` }],
    }),
    timeseries({
      title: "Exports by status",
      description: "All exports that the providers list, by status.",
      queries: [{ expr: `sum by (status) (${reportCounts("=~.+")})`, legend: "{{status}}" }],
      unit: "short",
      min: 0,
      stacked: true,
      statuses: true,
      width: 14,
      height: 8,
    }),
    statusBars({
      title: "Exports by provider",
      description: "All exports that the providers list at the end of the time range, by status.",
      by: "provider",
      queries: [{ expr: `sum by (provider, status) (${reportCounts("=~.+")})`, table: true }],
      width: 10,
      height: 8,
    }),
  ],
};
