import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";

export const OVERVIEW_UID = "export-status-overview";
export const ACCOUNT_UID = "export-status-account";

/** `raw`: the address in the variable is one already, and must not be encoded again. */
const RUNBOOKS = "${runbooks:raw}";

export const runbookLink = (alert: string): dashboard.DashboardLinkBuilder =>
  new dashboard.DashboardLinkBuilder(`Runbook: ${alert}`)
    .type(dashboard.DashboardLinkType.Link)
    .url(`${RUNBOOKS}/${alert}.md`)
    .targetBlank(true);

/** The runbook of the alert whose name the cell holds. */
export const cellRunbook = {
  title: "Runbook",
  url: `${RUNBOOKS}/\${__value.raw}.md`,
  targetBlank: true,
};

const KEPT = "${datasource:queryparam}&${job:queryparam}&${instance:queryparam}&${runbooks:queryparam}";

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
