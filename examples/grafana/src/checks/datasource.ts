import { dataPanels, targets, where, type Check } from "./model.js";

const VARIABLE = "${datasource}";

/** Every data source reference in the dashboard is the variable; nothing relies on the default. */
export const datasource: Check = (dashboard) => {
  const problems: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      const here = `${path}.${key}`;
      if (key === "__inputs" || key === "__requires") problems.push(`${here}: made for one Grafana's import dialog`);
      if (key === "datasource" && (child as { uid?: string } | null)?.uid !== VARIABLE) {
        problems.push(`${here} is ${JSON.stringify(child)}, not ${VARIABLE}`);
      }
      visit(child, here);
    }
  };
  visit(dashboard, "dashboard");
  for (const panel of dataPanels(dashboard)) {
    if (!panel.datasource) problems.push(`${where(panel)} names no data source`);
    if (targets(panel).some((t) => !t.datasource)) problems.push(`${where(panel)} has a query without a data source`);
  }
  const first = dashboard.templating.list?.[0];
  if (first?.type !== "datasource" || first.name !== "datasource") {
    problems.push("the first variable is not the data source, on which the others depend");
  }
  return problems;
};
