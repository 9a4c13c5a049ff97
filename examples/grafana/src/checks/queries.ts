import type { Assembled } from "../dashboards/assemble.js";
import { HAPPENINGS } from "../panels/annotations.js";
import { refId } from "../panels/panel.js";
import { dataPanels, targets } from "./model.js";

/** A query for Prometheus, and its place. */
export interface Extracted {
  dashboard: string;
  panel: string;
  expr: string;
  may_be_empty_when_healthy: boolean;
}

/** Values for the variables, as if all of them were set to “All”. */
export const SANE: Readonly<Record<string, string>> = {
  job: ".+",
  instance: ".+",
  provider: ".*",
  account: ".*",
  source: ".*",
  type: ".*",
  report: ".*",
  created_within: "604800",
  __rate_interval: "5m",
  __range: "1h",
};

/** An expression with the values of its variables. A variable without a value is an error. */
export function substitute(expr: string, values: Readonly<Record<string, string>>): string {
  return expr.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for ${whole} in ${expr}`);
    return value;
  });
}

/** All PromQL expressions of a dashboard: those of its panels, and the selectors of its variables. */
export function extract({ dashboard, specs }: Assembled, values: Readonly<Record<string, string>>): Extracted[] {
  const uid = dashboard.uid!;
  const fromPanels = dataPanels(dashboard).flatMap((panel) =>
    targets(panel).map((t): Extracted => {
      const query = specs.get(panel.id!)?.queries.find((_, i) => refId(i) === t.refId);
      if (!query) throw new Error(`query ${t.refId} of panel ${panel.id} is not in its specification`);
      return {
        dashboard: uid,
        panel: `${panel.title} (${panel.id}${t.refId})`,
        expr: substitute(t.expr, values),
        may_be_empty_when_healthy: query.mayBeEmpty ?? false,
      };
    }),
  );
  const fromVariables = (dashboard.templating.list ?? []).flatMap((v): Extracted[] => {
    if ((v.type as string) !== "query") return [];
    const query = (v.query as { query?: string } | undefined)?.query ?? "";
    const selector = /^label_values\((.*), \w+\)$/.exec(query)?.[1];
    if (!selector) throw new Error(`variable ${v.name} does not ask for label values`);
    const expr = substitute(selector, values);
    return [{ dashboard: uid, panel: `variable ${v.name}`, expr, may_be_empty_when_healthy: false }];
  });
  const fromAnnotations = HAPPENINGS.map((h): Extracted => {
    const shown = (dashboard.annotations?.list ?? []).find((a) => a.name === h.name);
    if (shown?.expr !== h.expr) throw new Error(`annotation ${h.name} is not in the dashboard`);
    return {
      dashboard: uid,
      panel: `annotation ${h.name}`,
      expr: substitute(h.expr, values),
      may_be_empty_when_healthy: !h.valueIsMoment,
    };
  });
  return [...fromVariables, ...fromAnnotations, ...fromPanels];
}
