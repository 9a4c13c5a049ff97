import type * as sdk from "@grafana/grafana-foundation-sdk/dashboard";

/**
 * Removes builder defaults that Grafana's schema does not allow: settings of interval variables on other kinds
 * of variables, and the footer that tables had before Grafana 12. Links stay next to the title, outside a menu.
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
