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
      title: "Exports by status",
      description: "All exports that the provider lists for the account, by status.",
      queries: [{ expr: `sum by (status) (${reportCounts("=~.+")})`, legend: "{{status}}" }],
      statuses: true,
      text: common.BigValueTextMode.ValueAndName,
      width: 24,
      height: 4,
    }),
    stat({
      ...size,
      title: "Sources down",
      description: "Sources of the account that are failing or paused, or were never refreshed.",
      queries: [{ expr: `sum(1 - ${fold(SOURCE, select("export_source_up"), "min")})` }],
      thresholds: ANY_IS_BAD,
      runbooks: ["ExportSourceDown", "ExportAuthFailing"],
    }),
    stat({
      ...size,
      title: "Age of the data",
      description: "Time since the last successful refresh, for the source where this is longest ago.",
      queries: [{ expr: `time() - min(${select("export_source_last_success_timestamp_seconds")})` }],
      unit: "s",
      thresholds: steps("green", [900, "orange"], [3600, "red"]),
      runbooks: ["ExportSourceDown"],
    }),
    stat({
      ...size,
      title: "Oldest unfinished export",
      description: "Age of the oldest queued or processing export, in percent of the time within which it should be ready (`expect.ready_within`).",
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
      title: "Newest data",
      description: "Age of the newest data, in percent of the age that `expect.data_within` allows, for the type that is furthest behind.",
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
      noValue: "not set",
      runbooks: ["ExportDataStale"],
    }),
    stat({
      ...size,
      title: "Credits",
      description: "Balance of the account, if the provider has credits.",
      queries: [{ expr: `sum(${credits})` }],
      thresholds: CREDITS,
      noValue: "no credits",
      runbooks: ["ExportCreditsLow"],
    }),
    stat({
      ...size,
      title: "Rate limit used",
      description: "Used share of the tightest request limit, if the provider reports it.",
      queries: [{ expr: `max(${rateLimitUsed})` }],
      unit: "percentunit",
      thresholds: SHARE,
      noValue: "not reported",
      runbooks: ["ExportRateLimitNearlyExhausted"],
    }),
  ],
};
