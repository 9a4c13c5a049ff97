import * as common from "@grafana/grafana-foundation-sdk/common";
import * as sdk from "@grafana/grafana-foundation-sdk/heatmap";
import { dress, type Common, type PanelSpec } from "./panel.js";

/** The distribution of a histogram over time. Native histograms and classic buckets look the same. */
export function heatmap(spec: Common & { unit: string }): PanelSpec {
  const builder = new sdk.PanelBuilder()
    .calculate(false)
    .color(
      new sdk.HeatmapColorOptionsBuilder()
        .mode(sdk.HeatmapColorMode.Scheme)
        .scheme("Spectral")
        .fill("dark-orange")
        .scale(sdk.HeatmapColorScale.Exponential)
        .exponent(0.5)
        .steps(64)
        .reverse(false),
    )
    // Hide empty cells, so that times without requests are visible.
    .filterValues(new sdk.FilterValueRangeBuilder().le(1e-9))
    .yAxis(new sdk.YAxisConfigBuilder().unit(spec.unit).axisPlacement(common.AxisPlacement.Left))
    .rowsFrame(new sdk.RowsHeatmapOptionsBuilder().layout(common.HeatmapCellLayout.Auto))
    .tooltip(
      new sdk.HeatmapTooltipBuilder().mode(common.TooltipDisplayMode.Single).yHistogram(true).showColorScale(false),
    )
    .showLegend();
  return dress(builder, spec);
}
