import { fold, ofShownType, ON_REPORT } from "../../promql/join.js";
import type { LabelOf, Metric } from "../../promql/metrics.js";
import { select } from "../../promql/select.js";

/** The ids that the dashboard's text box matches. */
export const SHOWN_ID = "=~$report";
export const REPORT = "provider, account, source, report_id";

/** Leaves out exports created before `created_within`. An export without a creation time (a stream) stays. */
export const recent = (expr: string): string =>
  `(${expr}) unless on (${ON_REPORT}) ${select("export_age_seconds", { report_id: SHOWN_ID })} > $created_within`;

type ReportMetric = { [M in Metric]: "report_id" extends LabelOf<M> ? M : never }[Metric];

/** A metric of the exports that match the dashboard's filters. */
export const shownReports = (metric: ReportMetric): string =>
  ofShownType(recent(select(metric, { report_id: SHOWN_ID })));

/** The same as one value per export, for the columns of a table; `change` can modify the value. */
export const perReport = (metric: ReportMetric, change: (e: string) => string = (e) => e): string =>
  fold(REPORT, change(`(${shownReports(metric)})`));
