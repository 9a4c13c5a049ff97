/** Expressions that both dashboards use, or that need an explanation. */
import { fold, ON_REPORT, ON_TYPE, withInfo } from "./join.js";
import { select } from "./select.js";
import { UNFINISHED } from "./status.js";

const REPORT = "provider, account, source, report_id";
const TYPE = "provider, account, source, type";

/** Numbers of exports. They are exact whatever the limits on listed exports leave out. */
export const reportCounts = (status: string): string =>
  fold(`${TYPE}, status`, select("export_reports", { status }));

/** Older exports do not count as stuck. The alerts use the same maximum age. */
const GIVEN_UP = "30 * 86400";

/** Time since the request or, if the provider does not report it, since the exporter first saw the export. */
const age =
  `(${select("export_age_seconds")} or on (${ON_REPORT}) (time() - ${select("export_first_seen_timestamp_seconds")}))`;
const timeLeft = `(${select("export_expires_timestamp_seconds")} - time())`;

type Expected = "ready_within" | "data_within" | "fetch_before_expiry";
/** The expectation for a type, from the configuration. */
export const expected = (what: Expected): string => select(`export_expected_${what}_seconds`);
/** Compares exports that have their type as a label with the expectation for the type. */
const than = (what: Expected): string => `on (${ON_TYPE}) group_left () ${expected(what)}`;

/** How many exports in a status satisfy a condition (1 or 0 per export). It is 0, not absent, if any could. */
const countOf = (status: string, condition: string): string =>
  `sum(${fold(REPORT, `${select("export_status", { status })} * on (${ON_REPORT}) group_left () (${condition})`)})`;

export const stuckCount = countOf(
  UNFINISHED,
  `(${withInfo(age)} > bool ${than("ready_within")}) - on (${ON_REPORT}) (${age} > bool ${GIVEN_UP})`,
);
export const stuckReports = fold(
  `${REPORT}, type, format, status`,
  `((${withInfo(age)} > ${than("ready_within")}) < ${GIVEN_UP}) * on (${ON_REPORT}) group_left (status) ` +
    `(${select("export_status", { status: UNFINISHED })} == 1)`,
);

/** The age of the oldest unfinished export, relative to the time within which it should be ready. */
export const lateness = fold(
  `${TYPE}, status`,
  `(time() - ${select("export_oldest_unfinished_timestamp_seconds", { status: UNFINISHED })}) ` +
    `/ ${than("ready_within")}`,
);

export const expiringCount = countOf(
  "ready",
  `(${withInfo(timeLeft)} < bool ${than("fetch_before_expiry")}) - on (${ON_REPORT}) (${timeLeft} <= bool 0)`,
);
export const expiringReports = fold(
  `${REPORT}, type, format`,
  `((${withInfo(timeLeft)} < ${than("fetch_before_expiry")}) > 0) ` +
    `and on (${ON_REPORT}) ${select("export_status", { status: "ready" })} == 1`,
);

const newest = (among: string): string =>
  `max by (${ON_TYPE}) (${select("export_latest_created_timestamp_seconds", { status: among })})`;
const newestIs = (status: string, bool: "" | "bool ", among: string): string =>
  `(${select("export_latest_created_timestamp_seconds", { status })} > time() - ${GIVEN_UP}) ` +
  `== ${bool}on (${ON_TYPE}) group_left () ${newest(among)}`;

/**
 * When the newest export of a type was created, if it failed or expired. A newer export of the type removes it
 * from the list, but a failed or cancelled export does not remove an expired one.
 */
export const badEndings =
  `(${newestIs("failed", "", "=~.+")}) or on (${ON_TYPE}, status) ` +
  `(${newestIs("expired", "", "=~expired|ready|queued|processing")})`;

/** The number of types whose newest export failed; 0 if there are none. */
export const failedCount =
  `sum(${fold(TYPE, `(${newestIs("failed", "bool ", "=~.+")}) or on (${ON_TYPE}) 0 * ${newest("=~.+")}`)})`;

/** The used share of a rate limit. */
export const rateLimitUsed = fold(
  "provider, account, window",
  `1 - ${select("export_rate_limit_remaining_requests")} ` +
    `/ on (job, instance, provider, account, window) ${select("export_rate_limit_max_requests")}`,
);

export const credits = fold("provider, account", select("export_credits_balance"), "min");
export const creditsInThreeDays = fold(
  "provider, account",
  `predict_linear(${select("export_credits_balance")}[3d], 3 * 86400)`,
  "min",
);
/** Seconds until no credits are left, at the rate of the last three days; absent while the balance does not decrease. */
export const creditsRunOut = fold(
  "provider, account",
  `${select("export_credits_balance")} / on (job, instance, provider, account) ` +
    `(-deriv(${select("export_credits_balance")}[3d]) > 0)`,
  "min",
);

/** A histogram: for each target, the native one if Prometheus stores it, and the classic buckets otherwise. */
function spread(
  metric: "export_api_request_duration_seconds" | "export_duration_seconds",
  among: string,
  over: (selector: string) => string = (selector) => `rate(${selector}[$__rate_interval])`,
) {
  const native = over(select(metric));
  const classic = over(select(`${metric}_bucket`));
  return {
    heatmap:
      `sum(${native}) or on (job, instance, le) ` +
      `sum by (le) (${classic} unless on (job, instance, ${among}) ${native})`,
    quantile: (q: number): string =>
      fold(
        among,
        `histogram_quantile(${q}, sum by (job, instance, ${among}) (${native})) or on (job, instance, ${among}) ` +
          `histogram_quantile(${q}, sum by (job, instance, ${among}, le) (${classic}))`,
      ),
  };
}

export const latency = spread("export_api_request_duration_seconds", "provider");
export const duration = spread("export_duration_seconds", "provider, type");
/** The duration of exports over the whole time range. */
export const usualDuration = spread(
  "export_duration_seconds",
  "provider, type",
  (selector) => `increase(${selector}[$__range])`,
).quantile;
