import { allPanels, dataPanels, targets, where, type Check } from "./model.js";

const repeated = <T>(values: T[]): T[] => values.filter((v, i) => values.indexOf(v) !== i);

/** The ids and uids that links and URLs use exist and are unique. */
export const identity: Check = (dashboard) => {
  const problems: string[] = [];
  if (!/^[a-z0-9-]{1,40}$/.test(dashboard.uid ?? "")) problems.push(`uid “${dashboard.uid}” is not stable and short`);
  if (dashboard.id) problems.push("the dashboard has a numeric id, which belongs to one Grafana only");
  for (const panel of allPanels(dashboard)) if (!panel.id) problems.push(`${where(panel)} has no id`);
  for (const id of repeated(allPanels(dashboard).map((p) => p.id))) problems.push(`panel id ${id} is used twice`);
  for (const panel of dataPanels(dashboard)) {
    for (const ref of repeated(targets(panel).map((t) => t.refId))) {
      problems.push(`${where(panel)} has two queries ${ref}`);
    }
  }
  for (const name of repeated((dashboard.templating.list ?? []).map((v) => v.name))) {
    problems.push(`variable ${name} is declared twice`);
  }
  return problems;
};
