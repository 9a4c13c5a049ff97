import { ON_REPORT } from "./join.js";
import { select } from "./select.js";

/** All statuses, in the order of an export's life, with the color that every panel uses. */
export const STATUSES = [
  { name: "queued", color: "light-blue" },
  { name: "processing", color: "blue" },
  { name: "awaiting_start", color: "purple" },
  { name: "ready", color: "green" },
  { name: "failed", color: "red" },
  { name: "cancelled", color: "#8e8e8e" },
  { name: "expired", color: "orange" },
  { name: "unknown", color: "yellow" },
] as const;

export const UNFINISHED = "=~queued|processing|awaiting_start";

/** For a state timeline: one number per export, the position of its status in STATUSES, from 1. */
export function statusCode(reportId: string): string {
  return STATUSES.map(({ name }, i) => {
    const current = `(${select("export_status", { report_id: reportId, status: name })} == 1)`;
    return i === 0 ? current : `or on (${ON_REPORT}) ${current} * ${i + 1}`;
  }).join(" ");
}
