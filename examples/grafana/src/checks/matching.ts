import { dataPanels, targets, where, type Check } from "./model.js";

/**
 * Every vector match lists job and instance. Otherwise, two exporters that show the same account for a while would
 * break it. This checks only the text; another test runs each query in a real Prometheus.
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
  // A division or product of two selections; with a number, a scalar or time() on either side, there is no match.
  if (/[})\]]\s*[-+*/%^]\s*\w*\s*\(*\s*export_\w+\{/.test(code.replace(/\btime\(\)\s*-/g, ""))) {
    problems.push("calculates with two vectors without a list of labels");
  }
  return problems;
}

export const matching: Check = (dashboard) =>
  dataPanels(dashboard).flatMap((panel) =>
    targets(panel).flatMap((t) => matchProblems(t.expr).map((p) => `${where(panel)} query ${t.refId} ${p}`)),
  );
