import { select } from "./select.js";

/**
 * The labels to match on. Two exporters (or two Prometheus jobs) may temporarily have the same account.
 * Without job and instance, a match would then fail with "many-to-many".
 */
export const ON_REPORT = "job, instance, provider, account, source, report_id";
export const ON_TYPE = "job, instance, provider, account, source, type";
export const ON_SOURCE = "job, instance, provider, account, source";

/** Keeps the exports whose type the dashboard shows. */
export const ofShownType = (expr: string): string =>
  `(${expr}) and on (${ON_REPORT}) ${select("export_info")}`;

/** Adds the type and format of exports, and keeps those whose type the dashboard shows. */
export const withInfo = (expr: string): string =>
  `(${expr}) * on (${ON_REPORT}) group_left (type, format) ${select("export_info")}`;

/**
 * Combines the series of overlapping instances or jobs into one, so that nothing is counted twice. The labels
 * to keep are listed, so that labels from a scrape configuration do not split the result.
 */
export const fold = (labels: string, expr: string, op: "max" | "min" = "max"): string =>
  `${op} by (${labels}) (${expr})`;

/** Seconds since a time. */
export const since = (expr: string): string => `time() - ${expr}`;

/** Converts a timestamp to milliseconds, which Grafana's date units expect. */
export const asDate = (expr: string): string => `1000 * ${expr}`;
