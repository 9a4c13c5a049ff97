import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { select } from "../promql/select.js";
import { fold } from "../promql/join.js";
import { DATASOURCE } from "./panel.js";

/** An event of the exporter or of a key, drawn as a line over every panel. */
interface Happening {
  name: string;
  expr: string;
  color: string;
  title: string;
  /** The value is the time of the event in milliseconds. Otherwise, every sample is an event. */
  valueIsMoment?: true;
}

const moment = (expr: string): string => `1000 * max by (instance) (${expr})`;

export const HAPPENINGS: readonly Happening[] = [
  {
    name: "Restarts",
    expr: moment(select("process_start_time_seconds")),
    color: "purple",
    title: "{{instance}} started",
    valueIsMoment: true,
  },
  {
    name: "Reloads",
    expr: moment(select("export_status_exporter_config_last_reload_success_timestamp_seconds")),
    color: "blue",
    title: "{{instance}} loaded its configuration",
    valueIsMoment: true,
  },
  {
    name: "Keys refused",
    expr: fold(
      "provider, account, reason",
      select("export_source_failing", { reason: "=~auth|permission|lockout|payment_required" }),
    ),
    color: "red",
    title: "{{provider}}/{{account}}: key refused ({{reason}})",
  },
];

/**
 * The builder does not support queries of data sources. `expr` and the other fields are those that Grafana's
 * Prometheus data source reads from an annotation.
 */
export const ANNOTATIONS = HAPPENINGS.map((h) => {
  const builder = new dashboard.AnnotationQueryBuilder()
    .name(h.name)
    .datasource(DATASOURCE)
    .enable(true)
    .hide(false)
    .iconColor(h.color)
    .expr(h.expr);
  const built = Object.assign(builder.build(), {
    step: "60s",
    titleFormat: h.title,
    useValueForTime: h.valueIsMoment ? "on" : undefined,
  });
  return { build: () => built };
});
