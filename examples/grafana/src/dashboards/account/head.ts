import * as common from "@grafana/grafana-foundation-sdk/common";
import { ANY_IS_BAD, CREDITS, SHARE, steps } from "../../panels/fields.js";
import { stat } from "../../panels/stat.js";
import { credits, expected, lateness, rateLimitUsed, reportCounts } from "../../promql/expressions.js";
import { fold, ON_TYPE } from "../../promql/join.js";
import { select } from "../../promql/select.js";
import type { Row } from "../row.js";

const size = { width: 4, height: 4 };
const SOURCE = "provider, account, source";

export const head: Row = {
  title: "Account",
  panels: [
    stat({
      title: "Reports by status",
      description: "All reports of the account that the provider lists, by status.",
      queries: [{ expr: `sum by (status) (${reportCounts("=~.+")})`, legend: "{{status}}" }],
      statuses: true,
      text: common.BigValueTextMode.ValueAndName,
      width: 24,
      height: 4,
    }),
    stat({
      ...size,
      title: "Sources down",
      description: "Sources of the account whose last refresh failed, or that were never refreshed.",
      queries: [{ expr: `sum(1 - ${fold(SOURCE, select("export_source_up"), "min")})` }],
      thresholds: ANY_IS_BAD,
      runbooks: ["ExportSourceDown", "ExportAuthFailing"],
    }),
    stat({
      ...size,
      title: "Age of what you see",
      description: "Time since the source that waits longest was last refreshed with success.",
      queries: [{ expr: `time() - min(${select("export_source_last_success_timestamp_seconds")})` }],
      unit: "s",
      thresholds: steps("green", [900, "orange"], [3600, "red"]),
      runbooks: ["ExportSourceDown"],
    }),
    stat({
      ...size,
      title: "Oldest unfinished, of what is expected",
      description: "The age of the oldest queued or processing export, as a share of the time in which it should be ready.",
      queries: [
        {
          expr: `max(${lateness})`,
          mayBeEmpty: true,
        },
      ],
      unit: "percentunit",
      thresholds: steps("green", [1, "red"]),
      noValue: "none",
      runbooks: ["ExportStuck", "ExportAwaitingStart"],
    }),
    stat({
      ...size,
      title: "Age of the newest data, of what is expected",
      description: "For the type that is furthest behind; only where `expect.data_within` expects data.",
      queries: [
        {
          expr:
            `max((time() - ${select("export_latest_data_end_timestamp_seconds")}) ` +
            `/ on (${ON_TYPE}) ${expected("data_within")})`,
          mayBeEmpty: true,
        },
      ],
      unit: "percentunit",
      thresholds: steps("green", [1, "red"]),
      noValue: "not expected",
      runbooks: ["ExportDataStale"],
    }),
    stat({
      ...size,
      title: "Credits",
      description: "The account's balance, where the provider has credits.",
      queries: [{ expr: `sum(${credits})` }],
      thresholds: CREDITS,
      noValue: "no credits",
      runbooks: ["ExportCreditsLow"],
    }),
    stat({
      ...size,
      title: "Rate limit used",
      description: "The share of the tightest request limit that is used up, where the provider tells.",
      queries: [{ expr: `max(${rateLimitUsed})` }],
      unit: "percentunit",
      thresholds: SHARE,
      noValue: "not told",
      runbooks: ["ExportRateLimitNearlyExhausted"],
    }),
  ],
};
