import { dataPanels, targets, where, type Check } from "./model.js";

/** Panel types that are part of Grafana and need no plugin. */
const CORE = ["stat", "timeseries", "table", "bargauge", "barchart", "state-timeline", "heatmap"];

/** Every panel is a core panel and has a title, a description and a query. */
export const content: Check = (dashboard) =>
  dataPanels(dashboard).flatMap((panel) => {
    const problems: string[] = [];
    if (!CORE.includes(panel.type)) problems.push(`${where(panel)} is a ${panel.type}, not a core panel`);
    if (!panel.title) problems.push(`${where(panel)} has no title`);
    if (!/\S.*[.]$/s.test(panel.description ?? "")) problems.push(`${where(panel)} has no description in sentences`);
    if (targets(panel).length === 0) problems.push(`${where(panel)} has no query`);
    return problems;
  });

const used = /\$(?:\{(\w+)(?:[.:][^}]*)?\}|(\w+))/g;

/** Every used variable is declared, and every declared variable is used. Grafana's own begin with two underscores. */
export const variables: Check = (dashboard) => {
  const declared = (dashboard.templating.list ?? []).map((v) => v.name);
  const names = new Set(
    [...JSON.stringify(dashboard).matchAll(used)].map((m) => m[1] ?? m[2]!).filter((n) => !n.startsWith("__")),
  );
  return [
    ...[...names].filter((n) => !declared.includes(n)).map((n) => `variable ${n} is used and not declared`),
    ...declared.filter((n) => !names.has(n)).map((n) => `variable ${n} is declared and not used`),
  ];
};
