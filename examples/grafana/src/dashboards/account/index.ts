import { ACCOUNT_UID } from "../../panels/links.js";
import type { DashboardSpec } from "../assemble.js";
import { ACCOUNT_VARIABLES } from "../variables.js";
import { head } from "./head.js";
import { history, service } from "./history.js";
import { reports } from "./reports.js";

export const accountView: DashboardSpec = {
  uid: ACCOUNT_UID,
  title: "Export status / Account",
  description: "One account: its exports over time, their progress, and everything that the provider reports about them.",
  variables: ACCOUNT_VARIABLES,
  from: "now-24h",
  rows: [head, reports, history, service],
};
