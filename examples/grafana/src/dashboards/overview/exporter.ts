import * as common from "@grafana/grafana-foundation-sdk/common";
import { ANY_IS_NOTABLE, OK_FAILED, UP_DOWN } from "../../panels/fields.js";
import { stat } from "../../panels/stat.js";
import { timeseries } from "../../panels/timeseries.js";
import type { Metric } from "../../promql/metrics.js";
import { select } from "../../promql/select.js";
import type { Row } from "../row.js";

const small = { width: 6, height: 5 };

/** Selects only the exporters' own series, if the job has other targets too. */
const ofExporter = (metric: Metric): string =>
  `${select(metric)} and on (job, instance) ${select("export_status_exporter_build_info")}`;

export const exporter: Row = {
  title: "Exporter",
  panels: [
    stat({
      ...small,
      title: "Up",
      description: "Whether Prometheus can scrape the exporters.",
      queries: [{ expr: select("up"), legend: "{{instance}}" }],
      mappings: [UP_DOWN],
      runbooks: ["ExportStatusExporterDown"],
    }),
    stat({
      ...small,
      title: "Version",
      description: "Versions of the exporters, and how many exporters run each version.",
      queries: [
        { expr: `count by (version) (${select("export_status_exporter_build_info")})`, legend: "{{version}}" },
      ],
      text: common.BigValueTextMode.ValueAndName,
    }),
    stat({
      ...small,
      title: "Configuration",
      description: "Whether the last attempt to load the configuration succeeded. If not, the exporter uses the previous one.",
      queries: [
        { expr: select("export_status_exporter_config_last_reload_successful"), legend: "{{instance}}" },
      ],
      mappings: [OK_FAILED],
      runbooks: ["ExportStatusExporterReloadFailed"],
    }),
    stat({
      ...small,
      title: "Scrapes cut short",
      description: "Scrapes that were answered at their deadline while a refresh was still running.",
      queries: [
        { expr: `sum(increase(${select("export_status_exporter_scrapes_cut_short_total")}[$__range]))` },
      ],
      thresholds: ANY_IS_NOTABLE,
      runbooks: ["ExportStatusExporterScrapesCutShort"],
    }),
    timeseries({
      title: "Scrape duration",
      description: "How long scrapes of the exporters take.",
      queries: [{ expr: select("scrape_duration_seconds"), legend: "{{instance}}" }],
      unit: "s",
      min: 0,
      runbooks: ["ExportStatusExporterScrapesCutShort"],
      width: 8,
      height: 7,
    }),
    timeseries({
      title: "Memory",
      description: "Resident memory of the exporters.",
      queries: [{ expr: ofExporter("process_resident_memory_bytes"), legend: "{{instance}}" }],
      unit: "bytes",
      min: 0,
      width: 8,
      height: 7,
    }),
    timeseries({
      title: "Configuration age",
      description: "Time since the configuration was last loaded successfully.",
      queries: [
        {
          expr: `time() - ${select("export_status_exporter_config_last_reload_success_timestamp_seconds")}`,
          legend: "{{instance}}",
        },
      ],
      unit: "s",
      min: 0,
      runbooks: ["ExportStatusExporterReloadFailed"],
      width: 8,
      height: 7,
    }),
  ],
};
