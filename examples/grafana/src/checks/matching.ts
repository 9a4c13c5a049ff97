import { dataPanels, targets, where, type Check } from "./model.js";

/**
 * Every vector match must list job and instance, because otherwise it fails while two exporters have the same
 * account. This check only reads the text; the end-to-end tests run each query in a real Prometheus.
 */
export function matchProblems(expr: string): string[] {
  const problems: string[] = [];
  const code = expr.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  if (/\bignoring\s*\(/.test(code)) problems.push("matches by what it ignores");
  for (const [, labels] of code.matchAll(/\bon\s*\(([^)]*)\)/g)) {
    const listed = labels!.split(",").map((l) => l.trim());
    if (!listed.includes("job") || !listed.includes("instance")) problems.push(`matches on (${labels}) only`);
  }
  for (const [, operator] of code.matchAll(/\b(and|or|unless)\b(?!\s+on\s*\()/g)) {
    problems.push(`has “${operator}” without a list of labels`);
  }
  // A product or quotient of two selectors. A number, scalar or time() on either side
  // needs no matching.
  if (/[})\]]\s*[-+*/%^]\s*\w*\s*\(*\s*export_\w+\{/.test(code.replace(/\btime\(\)\s*-/g, ""))) {
    problems.push("calculates with two vectors without a list of labels");
  }
  return problems;
}

export const matching: Check = (dashboard) =>
  dataPanels(dashboard).flatMap((panel) =>
    targets(panel).flatMap((t) => matchProblems(t.expr).map((p) => `${where(panel)} query ${t.refId} ${p}`)),
  );
