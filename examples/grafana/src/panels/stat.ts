import * as common from "@grafana/grafana-foundation-sdk/common";
import type * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { byThreshold, colorStatuses, NEUTRAL } from "./fields.js";
import { dress, type Common, type PanelSpec } from "./panel.js";

interface Stat extends Common {
  unit?: string;
  thresholds?: dashboard.ThresholdsConfigBuilder;
  mappings?: dashboard.ValueMapping[];
  /** The text for no data, if that has a meaning. */
  noValue?: string;
  /** Shows the series' name with, or instead of, the value. */
  text?: common.BigValueTextMode;
  /** Series are named after statuses and have their colors. */
  statuses?: true;
}

/** The last value in large type. */
export function stat(spec: Stat): PanelSpec {
  const builder = new PanelBuilder()
    .unit(spec.unit ?? "short")
    .thresholds(spec.thresholds ?? NEUTRAL)
    .colorScheme(byThreshold)
    .mappings(spec.mappings ?? [])
    .noValue(spec.noValue ?? "no data")
    .graphMode(common.BigValueGraphMode.None)
    .colorMode(common.BigValueColorMode.Value)
    .textMode(spec.text ?? common.BigValueTextMode.Auto)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]));
  if (spec.statuses) colorStatuses(builder);
  return dress(builder, spec);
}
