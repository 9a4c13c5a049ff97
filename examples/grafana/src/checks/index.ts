import { content, variables } from "./content.js";
import { datasource } from "./datasource.js";
import { grid } from "./grid.js";
import { identity } from "./identity.js";
import { matching } from "./matching.js";
import type { Check, Dashboard } from "./model.js";
import { runbooks } from "./runbooks.js";
import { schema } from "./schema.js";

/** All findings for a dashboard, each with the name of its check. `rules` is the text of the alert rules. */
export function problems(dashboard: Dashboard, rules: string): string[] {
  const checks: Record<string, Check> = {
    identity,
    grid,
    datasource,
    content,
    variables,
    matching,
    runbooks: runbooks(rules),
    schema,
  };
  return Object.entries(checks).flatMap(([name, check]) => check(dashboard).map((p) => `${name}: ${p}`));
}
