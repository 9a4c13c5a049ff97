import * as common from "@grafana/grafana-foundation-sdk/common";
import type * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/table";
import { STATUS_WORDS } from "./fields.js";
import { dress, refId, type Common, type PanelSpec } from "./panel.js";

/** A column: a label, or the value of the query with the given index (`value: 0` is the first query). */
export interface Column {
  from: string | { value: number };
  name: string;
  unit?: string;
  width?: number;
  /** Several links become a menu. */
  link?: Link | Link[];
  mappings?: dashboard.ValueMapping[];
  /** Colors the text. */
  thresholds?: dashboard.ThresholdsConfigBuilder;
  /** Draws a bar from 0 to 1 instead of a number. */
  bar?: true;
}

interface Link {
  title: string;
  url: string;
  targetBlank?: boolean;
}

interface Table extends Common {
  columns: Column[];
  sortBy: string;
  ascending?: true;
  noValue?: string;
}

export const STATUS_COLUMN: Column = { from: "status", name: "Status", mappings: [STATUS_WORDS], width: 130 };

/** Grafana names the value `Value` if there is a single query, and `Value #A` and so on if there are several. */
const fieldName = (column: Column, queries: number): string =>
  typeof column.from === "string" ? column.from : queries > 1 ? `Value #${refId(column.from.value)}` : "Value";

function properties(column: Column): dashboard.DynamicConfigValue[] {
  const out: dashboard.DynamicConfigValue[] = [];
  if (column.unit) out.push({ id: "unit", value: column.unit });
  if (column.width) out.push({ id: "custom.width", value: column.width });
  if (column.link) out.push({ id: "links", value: [column.link].flat() });
  if (column.mappings) out.push({ id: "mappings", value: column.mappings });
  if (column.thresholds) {
    out.push({ id: "thresholds", value: column.thresholds.build() }, { id: "color", value: { mode: "thresholds" } });
  }
  if (column.bar) {
    out.push(
      { id: "min", value: 0 },
      { id: "max", value: 1 },
      { id: "custom.cellOptions", value: { type: "gauge", mode: "basic", valueDisplayMode: "text" } },
    );
  } else if (column.mappings || column.thresholds) {
    out.push({ id: "custom.cellOptions", value: { type: "color-text" } });
  }
  return out;
}

/** Rows of labels and values. Several queries are joined on their common labels. */
export function table(spec: Table): PanelSpec {
  const names = spec.columns.map((c) => fieldName(c, spec.queries.length));
  const builder = new PanelBuilder()
    .showHeader(true)
    .cellHeight(common.TableCellHeight.Sm)
    .filterable(true)
    .noValue(spec.noValue ?? "")
    .sortBy([new common.TableSortByFieldStateBuilder().displayName(spec.sortBy).desc(!spec.ascending)]);
  if (spec.queries.length > 1) builder.withTransformation({ id: "merge", options: {} });
  // Only the listed columns: omit labels added by the scrape config, and the evaluation
  // time.
  builder
    .withTransformation({ id: "filterFieldsByName", options: { include: { names } } })
    .withTransformation({
      id: "organize",
      options: {
        excludeByName: {},
        indexByName: Object.fromEntries(names.map((name, i) => [name, i])),
        renameByName: Object.fromEntries(names.map((name, i) => [name, spec.columns[i]!.name])),
      },
    });
  for (const column of spec.columns) {
    const own = properties(column);
    if (own.length > 0) builder.overrideByName(column.name, own);
  }
  return dress(builder, spec);
}
