import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";

export const OVERVIEW_UID = "export-status-overview";
export const ACCOUNT_UID = "export-status-account";

/** `raw`: the addresses in the variables are addresses already, and must not be encoded again. */
const RUNBOOKS = "${runbooks:raw}";
const EXPORTER = "${exporter:raw}";

export const runbookLink = (alert: string): dashboard.DashboardLinkBuilder =>
  new dashboard.DashboardLinkBuilder(`Runbook: ${alert}`)
    .type(dashboard.DashboardLinkType.Link)
    .url(`${RUNBOOKS}/${alert}`)
    .targetBlank(true);

/** The runbook of the alert whose name the cell holds. */
export const cellRunbook = {
  title: "Runbook",
  url: `${RUNBOOKS}/\${__value.raw}`,
  targetBlank: true,
};

const KEPT = "${datasource:queryparam}&${job:queryparam}&${instance:queryparam}&${runbooks:queryparam}&${exporter:queryparam}";

/** The account dashboard, for the account that an expression of the panel's data names. */
const accountUrl = (name: string): string =>
  `/d/${ACCOUNT_UID}/${ACCOUNT_UID}?${KEPT}&var-account=${name}&\${__url_time_range}`;

/** For a table's cell. */
export const cellAccount = { title: "Show this account", url: accountUrl("${__value.raw}") };

/** For a series with an account label. */
export const seriesAccount = new dashboard.DashboardLinkBuilder("Show this account")
  .type(dashboard.DashboardLinkType.Link)
  .url(accountUrl("${__field.labels.account}"));

/** Narrows the account dashboard to the report in the cell. */
export const cellReport = {
  title: "Show only this report",
  url:
    `/d/${ACCOUNT_UID}/${ACCOUNT_UID}?${KEPT}&\${account:queryparam}&\${provider:queryparam}` +
    "&var-report=${__value.raw}&${__url_time_range}",
};
/** From the overview: the account and the report of the row. */
export const rowReport = {
  title: "Show this report",
  url: `${accountUrl('${__data.fields["Account"]}')}&var-report=\${__value.raw}`,
};

/** The page of all exports on the exporter, from the head of a dashboard. */
export const exportsLink = new dashboard.DashboardLinkBuilder("Exports, as the exporter shows them")
  .type(dashboard.DashboardLinkType.Link)
  .icon("external link")
  .tooltip("The page /exports of the exporter")
  .url(`${EXPORTER}/exports`)
  .targetBlank(true);

const field = (name: string): string => `\${__data.fields["${name}"]:percentencode}`;

/** The page of one export on the exporter: the account and the id of the row. */
export const exportPage = {
  title: "Show it on the exporter",
  url:
    `${EXPORTER}/export?provider=${field("Provider")}&account=${field("Account")}` +
    `&source=${field("Source")}&id=\${__value.raw:percentencode}`,
  targetBlank: true,
};
