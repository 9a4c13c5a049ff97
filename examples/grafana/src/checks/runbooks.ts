import type { Check } from "./model.js";

/** Every runbook link of a panel belongs to an alert of the rules. Other tests check the runbooks of the rules. */
export const runbooks =
  (rules: string): Check =>
  (dashboard) => {
    const alerts = new Set([...rules.matchAll(/^\s*- alert: (\w+)$/gm)].map((m) => m[1]));
    const linked = [...JSON.stringify(dashboard).matchAll(/\$\{runbooks:raw\}\/(\w+)/g)].map((m) => m[1]!);
    return [...new Set(linked)].filter((name) => !alerts.has(name)).map((name) => `no alert is called ${name}`);
  };
