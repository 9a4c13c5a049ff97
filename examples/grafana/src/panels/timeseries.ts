import * as common from "@grafana/grafana-foundation-sdk/common";
import type * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { colorStatuses } from "./fields.js";
import { seriesAccount } from "./links.js";
import { dress, type Common, type PanelSpec } from "./panel.js";

interface TimeSeries extends Common {
  unit: string;
  min?: number;
  max?: number;
  /** Drawn as dashed lines. */
  thresholds?: dashboard.ThresholdsConfigBuilder;
  stacked?: true;
  statuses?: true;
  /** Series with a matching name are forecasts and drawn as dashed lines. */
  forecast?: string;
  /** Series have an account label, and link to the account. */
  linked?: true;
}

/** Values over time. */
export function timeseries(spec: TimeSeries): PanelSpec {
  const builder = new PanelBuilder()
    .unit(spec.unit)
    .lineWidth(1)
    .showPoints(common.VisibilityMode.Never)
    .fillOpacity(spec.stacked ? 60 : 0)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    );
  if (spec.min !== undefined) builder.min(spec.min);
  if (spec.max !== undefined) builder.max(spec.max);
  if (spec.stacked) {
    builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group("A"));
  }
  if (spec.thresholds) {
    builder
      .thresholds(spec.thresholds)
      .thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed));
  }
  if (spec.statuses) colorStatuses(builder);
  if (spec.forecast) {
    builder.overrideByRegexp(spec.forecast, [{ id: "custom.lineStyle", value: { fill: "dash", dash: [10, 10] } }]);
  }
  if (spec.linked) builder.dataLinks([seriesAccount]);
  return dress(builder, spec);
}
