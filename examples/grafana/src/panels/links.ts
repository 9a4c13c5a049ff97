import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";

export const OVERVIEW_UID = "export-status-overview";
export const ACCOUNT_UID = "export-status-account";

/** `raw`: the variables are complete URLs, so do not encode them again. */
const RUNBOOKS = "${runbooks:raw}";
const EXPORTER = "${exporter:raw}";

export const runbookLink = (alert: string): dashboard.DashboardLinkBuilder =>
  new dashboard.DashboardLinkBuilder(`Runbook: ${alert}`)
    .type(dashboard.DashboardLinkType.Link)
    .url(`${RUNBOOKS}/${alert}`)
    .targetBlank(true);

/** Links to the runbook of the alert named in the cell. */
export const cellRunbook = {
  title: "Runbook",
  url: `${RUNBOOKS}/\${__value.raw}`,
  targetBlank: true,
};

const KEPT = "${datasource:queryparam}&${job:queryparam}&${instance:queryparam}&${runbooks:queryparam}&${exporter:queryparam}";

/** The account dashboard, for the account that an expression of the panel's data selects. */
const accountUrl = (name: string): string =>
  `/d/${ACCOUNT_UID}/${ACCOUNT_UID}?${KEPT}&var-account=${name}&\${__url_time_range}`;

/** For a table's cell. */
export const cellAccount = { title: "Show this account", url: accountUrl("${__value.raw}") };

/** For a series with an account label. */
export const seriesAccount = new dashboard.DashboardLinkBuilder("Show this account")
  .type(dashboard.DashboardLinkType.Link)
  .url(accountUrl("${__field.labels.account}"));

/** Limits the account dashboard to the export in the cell. */
export const cellReport = {
  title: "Show only this export",
  url:
    `/d/${ACCOUNT_UID}/${ACCOUNT_UID}?${KEPT}&\${account:queryparam}&\${provider:queryparam}` +
    "&var-report=${__value.raw}&${__url_time_range}",
};
/** From the overview: the account and the export of the row. */
export const rowReport = {
  title: "Show this export",
  url: `${accountUrl('${__data.fields["Account"]}')}&var-report=\${__value.raw}`,
};

/** The exporter's page of all exports, linked at the top of a dashboard. */
export const exportsLink = new dashboard.DashboardLinkBuilder("Exports on the exporter")
  .type(dashboard.DashboardLinkType.Link)
  .icon("external link")
  .tooltip("The exporter's page /exports")
  .url(`${EXPORTER}/exports`)
  .targetBlank(true);

const field = (name: string): string => `\${__data.fields["${name}"]:percentencode}`;

/** The exporter's page of one export, for the account and the id of the row. */
export const exportPage = {
  title: "Show on the exporter",
  url:
    `${EXPORTER}/export?provider=${field("Provider")}&account=${field("Account")}` +
    `&source=${field("Source")}&id=\${__value.raw:percentencode}`,
  targetBlank: true,
};
