import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";

export const OVERVIEW_UID = "export-status-overview";
export const ACCOUNT_UID = "export-status-account";

/** `raw` is for variables that contain complete addresses, which must not be encoded. */
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

/** Links to the account dashboard, for an account taken from the panel's data. */
const accountUrl = (name: string): string =>
  `/d/${ACCOUNT_UID}/${ACCOUNT_UID}?${KEPT}&var-account=${name}&\${__url_time_range}`;

/** For a table's cell. */
export const cellAccount = { title: "Show this account", url: accountUrl("${__value.raw}") };

/** For a series with an account label. */
export const seriesAccount = new dashboard.DashboardLinkBuilder("Show this account")
  .type(dashboard.DashboardLinkType.Link)
  .url(accountUrl("${__field.labels.account}"));

/** Filters the account dashboard by the report in the cell. */
export const cellReport = {
  title: "Show only this report",
  url:
    `/d/${ACCOUNT_UID}/${ACCOUNT_UID}?${KEPT}&\${account:queryparam}&\${provider:queryparam}` +
    "&var-report=${__value.raw}&${__url_time_range}",
};
/** Links from the overview to the account and report of the row. */
export const rowReport = {
  title: "Show this report",
  url: `${accountUrl('${__data.fields["Account"]}')}&var-report=\${__value.raw}`,
};

/** Links from the top of a dashboard to the exporter's page of all exports. */
export const exportsLink = new dashboard.DashboardLinkBuilder("Exports, as the exporter shows them")
  .type(dashboard.DashboardLinkType.Link)
  .icon("external link")
  .tooltip("The page /exports of the exporter")
  .url(`${EXPORTER}/exports`)
  .targetBlank(true);

const field = (name: string): string => `\${__data.fields["${name}"]:percentencode}`;

/** Links to the exporter's page of one export, for the account and id of the row. */
export const exportPage = {
  title: "Show it on the exporter",
  url:
    `${EXPORTER}/export?provider=${field("Provider")}&account=${field("Account")}` +
    `&source=${field("Source")}&id=\${__value.raw:percentencode}`,
  targetBlank: true,
};
