import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import type * as cog from "@grafana/grafana-foundation-sdk/cog";
import { ANNOTATIONS } from "../panels/annotations.js";
import { exportsLink } from "../panels/links.js";
import type { PanelSpec } from "../panels/panel.js";
import type { Row } from "./row.js";
import { tidy } from "./tidy.js";

const COLUMNS = 24;
export const TAG = "export-status";

export interface DashboardSpec {
  uid: string;
  title: string;
  description: string;
  variables: cog.Builder<dashboard.VariableModel>[];
  from: string;
  rows: Row[];
}

export interface Assembled {
  dashboard: dashboard.Dashboard;
  /** The panels by their id, for what the JSON does not contain. */
  specs: Map<number, PanelSpec>;
}

/** Numbers the panels, positions them on the grid and builds the dashboard. The output is deterministic. */
export function assemble(spec: DashboardSpec): Assembled {
  const builder = new dashboard.DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags([TAG, "generated"])
    .timezone("browser")
    .time({ from: spec.from, to: "now" })
    .refresh("1m")
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .editable()
    .annotations(ANNOTATIONS)
    .link(exportsLink)
    .variables(spec.variables)
    .link(
      new dashboard.DashboardLinkBuilder("Export status")
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags([TAG])
        .includeVars(true)
        .keepTime(true),
    );
  const specs = new Map<number, PanelSpec>();
  let id = 0;
  let y = 0;
  for (const row of spec.rows) {
    builder.withRow(new dashboard.RowBuilder(row.title).id(++id).gridPos({ x: 0, y, w: COLUMNS, h: 1 }));
    y++;
    let x = 0;
    let tallest = 0;
    for (const panel of row.panels) {
      if (x + panel.width > COLUMNS) {
        x = 0;
        y += tallest;
        tallest = 0;
      }
      panel.builder.id(++id);
      panel.builder.gridPos({ x, y, w: panel.width, h: panel.height });
      builder.withPanel(panel.builder);
      specs.set(id, panel);
      x += panel.width;
      tallest = Math.max(tallest, panel.height);
    }
    y += tallest;
  }
  return { dashboard: tidy(builder.build()), specs };
}
