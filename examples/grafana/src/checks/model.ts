import type * as sdk from "@grafana/grafana-foundation-sdk/dashboard";
import type * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";

/** A dashboard as in its JSON file. */
export type Dashboard = sdk.Dashboard;

/** One finding, with its place. */
export type Problem = string;
export type Check = (dashboard: Dashboard) => Problem[];

/** All panels, including rows and the panels inside collapsed rows. */
export const allPanels = (d: Dashboard): (sdk.Panel | sdk.RowPanel)[] =>
  (d.panels ?? []).flatMap((p) => [p, ...("panels" in p && Array.isArray(p.panels) ? p.panels : [])]);

/** All panels but rows. */
export const dataPanels = (d: Dashboard): sdk.Panel[] =>
  allPanels(d).filter((p): p is sdk.Panel => p.type !== "row");

export const targets = (p: sdk.Panel): prometheus.Dataquery[] => (p.targets ?? []) as unknown as prometheus.Dataquery[];

export const where = (p: { id?: number; title?: string }): string => `panel ${p.id ?? "?"} “${p.title ?? ""}”`;
