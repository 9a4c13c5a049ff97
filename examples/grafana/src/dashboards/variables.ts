import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { DATASOURCE } from "../panels/panel.js";

const ALL = { selected: true, text: ["All"], value: ["$__all"] };

/** The only data source that panels and variables may use. */
const datasource = new dashboard.DatasourceVariableBuilder("datasource").label("Data source").type("prometheus");

/** `anyValue`: "All" is a regular expression that also matches series without the label, and later values. */
function labelValues(label: string, selector: string, anyValue: boolean): dashboard.QueryVariableBuilder {
  const query = `label_values(${selector}, ${label})`;
  const builder = new dashboard.QueryVariableBuilder(label)
    .datasource(DATASOURCE)
    // 1 is "label values" in the variable editor of Grafana's Prometheus data source.
    .query({ qryType: 1, query, refId: "PrometheusVariableQueryEditor-VariableQuery" })
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.NaturalAsc);
  return anyValue ? builder.allValue(".*") : builder;
}

const many = (v: dashboard.QueryVariableBuilder): dashboard.QueryVariableBuilder =>
  v.multi(true).includeAll(true).current(ALL);

// Different jobs may scrape the process (/metrics/exporter) and the accounts (/probe).
const ANY_OF_OURS = '__name__=~"export_account_info|export_status_exporter_build_info"';

const job = many(labelValues("job", `{${ANY_OF_OURS}}`, false)).label("Job");
const instance = many(labelValues("instance", `{${ANY_OF_OURS}, job=~"$job"}`, false)).label("Instance");
const provider = (): dashboard.QueryVariableBuilder =>
  many(
    labelValues("provider", 'export_account_info{job=~"$job", instance=~"$instance"}', true),
  ).label("Provider");
const account = (): dashboard.QueryVariableBuilder =>
  labelValues("account", 'export_account_info{job=~"$job", instance=~"$instance", provider=~"$provider"}', true).label(
    "Account",
  );

const UP_TO_ACCOUNT = 'job=~"$job", instance=~"$instance", provider=~"$provider", account=~"$account"';
const source = many(labelValues("source", `export_source_up{${UP_TO_ACCOUNT}}`, true)).label("Source");
const type = many(
  labelValues("type", `export_reports{${UP_TO_ACCOUNT}, source=~"$source"}`, true),
).label("Type");

const createdWithin = new dashboard.CustomVariableBuilder("created_within")
  .label("Created within")
  .description("Exports without a creation time (streams) are always shown.")
  .values("1 hour : 3600,1 day : 86400,7 days : 604800,30 days : 2592000")
  .current({ selected: true, text: "7 days", value: "604800" });

const report = new dashboard.TextBoxVariableBuilder("report")
  .label("Export")
  .description("A regular expression for export ids.")
  .defaultValue(".*")
  .current({ selected: true, text: ".*", value: ".*" });

const runbooks = new dashboard.TextBoxVariableBuilder("runbooks")
  .label("Runbooks at")
  .description("Base URL of the runbooks in the links of panels. The exporter serves them.")
  .defaultValue("http://localhost:10917/runbooks")
  .current({ selected: true, text: "http://localhost:10917/runbooks", value: "http://localhost:10917/runbooks" });

const exporter = new dashboard.TextBoxVariableBuilder("exporter")
  .label("Exporter at")
  .description("Base URL of the exporter in links to its pages.")
  .defaultValue("http://localhost:10917")
  .current({ selected: true, text: "http://localhost:10917", value: "http://localhost:10917" });

export const OVERVIEW_VARIABLES = [
  datasource,
  job,
  instance,
  provider(),
  many(account()),
  source,
  type,
  runbooks,
  exporter,
];

/** One account at a time. */
export const ACCOUNT_VARIABLES = [
  datasource,
  job,
  instance,
  provider(),
  account(),
  source,
  type,
  createdWithin,
  report,
  runbooks,
  exporter,
];
