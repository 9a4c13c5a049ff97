import type * as sdk from "@grafana/grafana-foundation-sdk/dashboard";
import type * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";

/** A dashboard as parsed from its JSON file. */
export type Dashboard = sdk.Dashboard;

/** One problem. The text includes its location. */
export type Problem = string;
export type Check = (dashboard: Dashboard) => Problem[];

/** All panels, including rows and panels in collapsed rows. */
export const allPanels = (d: Dashboard): (sdk.Panel | sdk.RowPanel)[] =>
  (d.panels ?? []).flatMap((p) => [p, ...("panels" in p && Array.isArray(p.panels) ? p.panels : [])]);

/** All panels except rows. */
export const dataPanels = (d: Dashboard): sdk.Panel[] =>
  allPanels(d).filter((p): p is sdk.Panel => p.type !== "row");

export const targets = (p: sdk.Panel): prometheus.Dataquery[] => (p.targets ?? []) as unknown as prometheus.Dataquery[];

export const where = (p: { id?: number; title?: string }): string => `panel ${p.id ?? "?"} “${p.title ?? ""}”`;
