import type { Check } from "./model.js";

/** Every runbook that a panel links to must belong to an alert. Other tests check that alerts have runbooks. */
export const runbooks =
  (rules: string): Check =>
  (dashboard) => {
    const alerts = new Set([...rules.matchAll(/^\s*- alert: (\w+)$/gm)].map((m) => m[1]));
    const linked = [...JSON.stringify(dashboard).matchAll(/\$\{runbooks:raw\}\/(\w+)/g)].map((m) => m[1]!);
    return [...new Set(linked)].filter((name) => !alerts.has(name)).map((name) => `no alert is called ${name}`);
  };
