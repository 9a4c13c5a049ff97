import { ANY_IS_BAD, CREDITS, NEUTRAL, SHARE, TIME_LEFT } from "../../panels/fields.js";
import { bars } from "../../panels/bars.js";
import { stat } from "../../panels/stat.js";
import { timeseries } from "../../panels/timeseries.js";
import { credits, creditsInThreeDays, creditsRunOut, rateLimitUsed } from "../../promql/expressions.js";
import { fold } from "../../promql/join.js";
import { select } from "../../promql/select.js";
import type { Row } from "../row.js";

export const budget: Row = {
  title: "Credits and rate limits",
  panels: [
    timeseries({
      title: "Credits, with a forecast for three days",
      description:
        "Balance of each account. Dashed: the balance three days later, at the rate of the last three days. " +
        "If the dashed line reaches 0, the credits last three more days.",
      queries: [
        { expr: credits, legend: "{{account}}" },
        { expr: creditsInThreeDays, legend: "{{account}} in 3 days" },
      ],
      unit: "short",
      thresholds: CREDITS,
      forecast: "/ in 3 days$/",
      linked: true,
      runbooks: ["ExportCreditsLow"],
      width: 12,
      height: 8,
    }),
    bars({
      title: "Time until credits run out",
      description: "At the rate of the last three days. Accounts whose balance does not decrease are not shown.",
      queries: [{ expr: creditsRunOut, legend: "{{account}}", instant: true, mayBeEmpty: true }],
      unit: "s",
      max: 30 * 86400,
      thresholds: TIME_LEFT,
      noValue: "not decreasing",
      linked: true,
      runbooks: ["ExportCreditsLow"],
      width: 6,
      height: 8,
    }),
    bars({
      title: "Cost of the listed exports",
      description: "Credits that the exports in the provider's list cost in total.",
      queries: [
        {
          expr:
            `sum by (provider, account) ` +
            `(${fold("provider, account, source, report_id", select("export_cost_credits"))})`,
          legend: "{{account}}",
          instant: true,
        },
      ],
      unit: "short",
      thresholds: NEUTRAL,
      linked: true,
      width: 6,
      height: 4,
    }),
    stat({
      title: "Credits used by the exporter",
      description: "Cost of the exporter's own calls in the time range. It should be 0.",
      queries: [{ expr: `sum(increase(${select("export_api_credits_used_total")}[$__range]))` }],
      thresholds: ANY_IS_BAD,
      width: 6,
      height: 4,
    }),
    timeseries({
      title: "Rate limit used",
      description: "Used share of the provider's request limit. It includes all programs that use the key.",
      queries: [{ expr: rateLimitUsed, legend: "{{account}} per {{window}}" }],
      unit: "percentunit",
      min: 0,
      max: 1,
      thresholds: SHARE,
      linked: true,
      runbooks: ["ExportRateLimitNearlyExhausted"],
      width: 24,
      height: 7,
    }),
  ],
};
