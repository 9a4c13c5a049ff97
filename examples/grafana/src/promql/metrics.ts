import { TABLE } from "./table.js";

/**
 * The metrics that the dashboards may use, with their labels.
 * All selectors are built from this table, so that a wrong metric or label does not compile.
 */
export const METRICS = {
  ...TABLE,

  // From libraries.
  export_status_exporter_build_info: ["version"],
  process_resident_memory_bytes: [],
  process_start_time_seconds: [],

  // From Prometheus itself.
  up: [],
  scrape_duration_seconds: [],
} as const satisfies Record<string, readonly string[]>;

export type Metric = keyof typeof METRICS;
export type LabelOf<M extends Metric> = (typeof METRICS)[M][number];
