import * as barchart from "@grafana/grafana-foundation-sdk/barchart";
import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import * as common from "@grafana/grafana-foundation-sdk/common";
import type * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { byThreshold, colorStatuses } from "./fields.js";
import { seriesAccount } from "./links.js";
import { dress, type Common, type PanelSpec } from "./panel.js";

interface Bars extends Common {
  unit: string;
  min?: number;
  max?: number;
  thresholds: dashboard.ThresholdsConfigBuilder;
  noValue?: string;
  linked?: true;
}

/** One horizontal bar per series, its last value. */
export function bars(spec: Bars): PanelSpec {
  const builder = new bargauge.PanelBuilder()
    .unit(spec.unit)
    .min(spec.min ?? 0)
    .thresholds(spec.thresholds)
    .colorScheme(byThreshold)
    .noValue(spec.noValue ?? "no data")
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .valueMode(common.BarGaugeValueMode.Color)
    .namePlacement(common.BarGaugeNamePlacement.Auto)
    .showUnfilled(true)
    .sizing(common.BarGaugeSizing.Auto)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]));
  if (spec.max !== undefined) builder.max(spec.max);
  if (spec.linked) builder.dataLinks([seriesAccount]);
  return dress(builder, spec);
}

interface StatusBars extends Common {
  /** The label with one bar per value. */
  by: string;
}

/** One bar per value of a label, stacked by status. The query is a table of (label, status, value). */
export function statusBars(spec: StatusBars): PanelSpec {
  const builder = new barchart.PanelBuilder()
    .unit("short")
    .decimals(0)
    .orientation(common.VizOrientation.Horizontal)
    .stacking(common.StackingMode.Normal)
    .showValue(common.VisibilityMode.Auto)
    .fillOpacity(80)
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.None))
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .calcs([]),
    )
    .withTransformation({
      id: "groupingToMatrix",
      options: { rowField: spec.by, columnField: "status", valueField: "Value" },
    });
  return dress(colorStatuses(builder), spec);
}
