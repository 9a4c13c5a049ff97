import type * as sdk from "@grafana/grafana-foundation-sdk/dashboard";

/**
 * Takes out what the builder fills in by default where Grafana's schema has no such thing: settings of
 * interval variables on all kinds of variables, and the footer that tables had before Grafana 12. Links stay
 * beside the title, and are not put into a menu.
 */
export function tidy(dashboard: sdk.Dashboard): sdk.Dashboard {
  for (const variable of dashboard.templating.list ?? []) {
    if ((variable.type as string) === "interval") continue;
    delete variable.auto;
    delete variable.auto_min;
    delete variable.auto_count;
  }
  for (const link of dashboard.links ?? []) delete link.placement;
  for (const panel of dashboard.panels ?? []) {
    if ("links" in panel) for (const link of panel.links ?? []) delete link.placement;
    if (panel.type === "table") delete (panel as sdk.Panel).options.footer;
  }
  return dashboard;
}
