/** Expressions that both dashboards use, or that need a word of explanation. */
import { fold, ON_REPORT, ON_TYPE, withInfo } from "./join.js";
import { select } from "./select.js";
import { UNFINISHED } from "./status.js";

const REPORT = "provider, account, source, report_id";
const TYPE = "provider, account, source, type";

/** Counts of reports: exact, whatever the limits on listed reports leave out. */
export const reportCounts = (status: string): string =>
  fold(`${TYPE}, status`, select("export_reports", { status }));

/** What is older than this is history, not work: the alerts give it up at the same age. */
const GIVEN_UP = "30 * 86400";

const age = select("export_age_seconds");
const timeLeft = `(${select("export_expires_timestamp_seconds")} - time())`;

/** How many reports of a status satisfy a condition (1 or 0 a report); 0, not absent, while any could. */
const countOf = (status: string, condition: string): string =>
  `sum(${fold(REPORT, `${select("export_status", { status })} * on (${ON_REPORT}) group_left () (${condition})`)})`;

export const stuckCount = countOf(
  UNFINISHED,
  `(${age} > bool $stuck_hours * 3600) - on (${ON_REPORT}) (${age} > bool ${GIVEN_UP})`,
);
export const stuckReports = fold(
  `${REPORT}, type, status`,
  withInfo(
    `((${age} > $stuck_hours * 3600) < ${GIVEN_UP}) * on (${ON_REPORT}) group_left (status) ` +
      `(${select("export_status", { status: UNFINISHED })} == 1)`,
  ),
);

export const expiringCount = countOf(
  "ready",
  `(${timeLeft} < bool 86400) - on (${ON_REPORT}) (${timeLeft} <= bool 0)`,
);
export const expiringReports = fold(
  `${REPORT}, type`,
  withInfo(
    `((${timeLeft} < 86400) > 0) and on (${ON_REPORT}) ${select("export_status", { status: "ready" })} == 1`,
  ),
);

const newest = (among: string): string =>
  `max by (${ON_TYPE}) (${select("export_latest_created_timestamp_seconds", { status: among })})`;
const newestIs = (status: string, bool: "" | "bool ", among: string): string =>
  `(${select("export_latest_created_timestamp_seconds", { status })} > time() - ${GIVEN_UP}) ` +
  `== ${bool}on (${ON_TYPE}) group_left () ${newest(among)}`;

/**
 * When the newest report of a type was created, where it failed or expired: a newer one of the type takes
 * it off the list. A failed or cancelled attempt does not take an expired one off.
 */
export const badEndings =
  `(${newestIs("failed", "", "=~.+")}) or on (${ON_TYPE}, status) ` +
  `(${newestIs("expired", "", "=~expired|ready|queued|processing")})`;

/** How many types' newest report failed; 0 while nothing did. */
export const failedCount =
  `sum(${fold(TYPE, `(${newestIs("failed", "bool ", "=~.+")}) or on (${ON_TYPE}) 0 * ${newest("=~.+")}`)})`;

/** The share of a rate limit that is used up. */
export const rateLimitUsed = fold(
  "provider, account, window",
  `1 - ${select("export_rate_limit_remaining_requests")} ` +
    `/ on (job, instance, provider, account, window) ${select("export_rate_limit_max_requests")}`,
);

export const credits = fold("provider, account", select("export_credits_balance"), "min");
export const creditsInThreeDays = fold(
  "provider, account",
  `predict_linear(${select("export_credits_balance")}[2d], 3 * 86400)`,
  "min",
);
/** Seconds until the balance is used up at the pace of the last two days; absent while it does not fall. */
export const creditsRunOut = fold(
  "provider, account",
  `${select("export_credits_balance")} / on (job, instance, provider, account) ` +
    `(-deriv(${select("export_credits_balance")}[2d]) > 0)`,
  "min",
);

const NATIVE = `rate(${select("export_api_request_duration_seconds")}[$__rate_interval])`;
const CLASSIC = `rate(${select("export_api_request_duration_seconds_bucket")}[$__rate_interval])`;

/** The native histogram where Prometheus keeps it; else, target by target, the classic buckets. */
export const latencyHeatmap =
  `sum(${NATIVE}) or on (job, instance, le) sum by (le) (${CLASSIC} unless on (job, instance, provider) ${NATIVE})`;

export const latencyQuantile = (q: number): string =>
  fold(
    "provider",
    `histogram_quantile(${q}, sum by (job, instance, provider) (${NATIVE})) or on (job, instance, provider) ` +
      `histogram_quantile(${q}, sum by (job, instance, provider, le) (${CLASSIC}))`,
  );
