import { OVERVIEW_UID } from "../../panels/links.js";
import type { DashboardSpec } from "../assemble.js";
import { OVERVIEW_VARIABLES } from "../variables.js";
import { attention } from "./attention.js";
import { budget } from "./budget.js";
import { exporter } from "./exporter.js";
import { freshness } from "./freshness.js";
import { glance } from "./glance.js";
import { api, sources } from "./health.js";

export const overview: DashboardSpec = {
  uid: OVERVIEW_UID,
  title: "Export status / Overview",
  description: "Data exports of all accounts: what is stuck, failed, expiring or stale, and the state of the providers.",
  variables: OVERVIEW_VARIABLES,
  from: "now-24h",
  rows: [glance, attention, freshness, budget, sources, api, exporter],
};
