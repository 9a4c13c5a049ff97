import type * as cog from "@grafana/grafana-foundation-sdk/cog";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import { runbookLink } from "./links.js";

/** The variable that sets the data source of all queries and panels. */
export const DATASOURCE = { type: "prometheus", uid: "${datasource}" };

export interface Query {
  expr: string;
  legend?: string;
  /** One value per series at the end of the time range, as rows of a table. */
  table?: true;
  instant?: true;
  format?: prometheus.PromQueryFormat;
  /** May return nothing if all is well: a list of problems, or of work in progress. */
  mayBeEmpty?: true;
}

/** What every kind of panel has. */
export interface Common {
  title: string;
  description: string;
  queries: Query[];
  width: number;
  height: number;
  /** Alerts about what the panel shows. */
  runbooks?: string[];
}

/** A panel without its position on the grid. */
export interface PanelSpec extends Common {
  builder: Dressable;
}

/** The part of the panel builders that does not depend on the kind of panel. */
interface Dressable extends cog.Builder<dashboard.Panel> {
  id(id: number): unknown;
  title(title: string): unknown;
  description(description: string): unknown;
  datasource(ref: typeof DATASOURCE): unknown;
  targets(targets: cog.Builder<cog.Dataquery>[]): unknown;
  links(links: cog.Builder<dashboard.DashboardLink>[]): unknown;
  gridPos(pos: dashboard.GridPos): unknown;
}

/** Grafana's names of a panel's queries: A, B, C... */
export const refId = (index: number): string => String.fromCharCode(65 + index);

function target(query: Query, index: number): prometheus.DataqueryBuilder {
  const builder = new prometheus.DataqueryBuilder()
    .refId(refId(index))
    .datasource(DATASOURCE)
    .editorMode(prometheus.QueryEditorMode.Code)
    .expr(query.expr)
    .legendFormat(query.legend ?? "__auto");
  if (query.table) return builder.instant().format(prometheus.PromQueryFormat.Table);
  builder.format(query.format ?? prometheus.PromQueryFormat.TimeSeries);
  return query.instant ? builder.instant() : builder.range();
}

/** Sets what all panels have in common. */
export function dress(builder: Dressable, common: Common): PanelSpec {
  builder.title(common.title);
  builder.description(common.description);
  builder.datasource(DATASOURCE);
  builder.targets(common.queries.map(target));
  if (common.runbooks) builder.links(common.runbooks.map(runbookLink));
  return { ...common, builder };
}
