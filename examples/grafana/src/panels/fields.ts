import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { STATUSES } from "../promql/status.js";

/** Colors by threshold: the base color, and a new color from each value on. */
export function steps(base: string, ...raised: [value: number, color: string][]): dashboard.ThresholdsConfigBuilder {
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps([{ value: null, color: base }, ...raised.map(([value, color]) => ({ value, color }))]);
}

const DAY = 86400;
/** 0 is good, 1 and more is bad. */
export const ANY_IS_BAD = steps("green", [1, "red"]);
export const ANY_IS_NOTABLE = steps("green", [1, "orange"]);
export const NEUTRAL = steps("blue");
/** Used share of a limit; the alert fires when less than 10 % is left. */
export const SHARE = steps("green", [0.75, "orange"], [0.9, "red"]);
/** Credits: the alert fires below 100. */
export const CREDITS = steps("red", [100, "green"]);
/** The provider's clock minus the exporter's: the alert fires beyond ten seconds in either direction. */
export const SKEW = steps("red", [-10, "green"], [10, "red"]);
/** Remaining time. */
export const TIME_LEFT = steps("red", [1 * DAY, "orange"], [7 * DAY, "green"]);

export const byThreshold = new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Thresholds);

export const valueMap = (options: Record<string, dashboard.ValueMappingResult>): dashboard.ValueMapping => ({
  type: dashboard.MappingType.ValueToText,
  options,
});

export const UP_DOWN = valueMap({
  "0": { text: "down", color: "red", index: 0 },
  "1": { text: "up", color: "green", index: 1 },
});
export const OK_FAILED = valueMap({
  "0": { text: "failed", color: "red", index: 0 },
  "1": { text: "ok", color: "green", index: 1 },
});
/** For a yes/no column: empty unless it is yes. */
export const YES = valueMap({ "0": { text: "", index: 0 }, "1": { text: "yes", color: "orange", index: 1 } });

/** Maps the codes of promql/status.ts to status names. */
export const STATUS_CODES = valueMap(
  Object.fromEntries(STATUSES.map(({ name, color }, i) => [String(i + 1), { text: name, color, index: i }])),
);
/** A status name in its color. */
export const STATUS_WORDS = valueMap(
  Object.fromEntries(STATUSES.map(({ name, color }, i) => [name, { text: name, color, index: i }])),
);

/** Gives series or columns that are named after a status its color. */
export function colorStatuses<B extends { overrideByName(n: string, p: dashboard.DynamicConfigValue[]): B }>(b: B): B {
  for (const { name, color } of STATUSES) {
    b.overrideByName(name, [{ id: "color", value: { mode: "fixed", fixedColor: color } }]);
  }
  return b;
}
