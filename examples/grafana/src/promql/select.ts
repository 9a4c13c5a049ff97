import { METRICS, type LabelOf, type Metric } from "./metrics.js";

/** Labels that dashboard variables filter. Every metric has the first two; the others apply if the metric has them. */
const FILTERED = ["job", "instance", "provider", "account", "source", "type"] as const;

/**
 * An instant vector selector filtered by the dashboard's variables.
 * A matcher's value may begin with an operator (`=~queued|processing`); the default is `=`.
 */
export function select<M extends Metric>(
  metric: M,
  matchers: Partial<Record<LabelOf<M>, string>> = {},
): string {
  const own: readonly string[] = METRICS[metric];
  const parts = FILTERED.filter((l) => l === "job" || l === "instance" || own.includes(l))
    .filter((l) => !(l in matchers))
    .map((l) => `${l}=~"$${l}"`);
  for (const [label, value] of Object.entries<string>(matchers as Record<string, string>)) {
    const [, op, text] = /^(=~|!~|!=|=)?(.*)$/s.exec(value)!;
    parts.push(`${label}${op ?? "="}"${text}"`);
  }
  return `${metric}{${parts.join(", ")}}`;
}
