import { TABLE } from "./table.js";

/**
 * The metrics the dashboards may name, with their labels.
 * Selectors are built from this table only, so that a wrong metric or label does not compile.
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
