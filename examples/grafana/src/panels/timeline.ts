import * as common from "@grafana/grafana-foundation-sdk/common";
import type * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/statetimeline";
import { byThreshold, steps } from "./fields.js";
import { seriesAccount } from "./links.js";
import { dress, type Common, type PanelSpec } from "./panel.js";

interface Timeline extends Common {
  /** The name and the color of each value. */
  mapping: dashboard.ValueMapping;
  linked?: true;
}

/** One line per series, one colored block per state. */
export function timeline(spec: Timeline): PanelSpec {
  const builder = new PanelBuilder()
    .mappings([spec.mapping])
    .thresholds(steps("text"))
    .colorScheme(byThreshold)
    .mergeValues(true)
    .showValue(common.VisibilityMode.Auto)
    .alignValue(common.TimelineValueAlignment.Left)
    .rowHeight(0.8)
    .fillOpacity(80)
    .lineWidth(0)
    .perPage(20)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Single).sort(common.SortOrder.None));
  if (spec.linked) builder.dataLinks([seriesAccount]);
  return dress(builder, spec);
}
