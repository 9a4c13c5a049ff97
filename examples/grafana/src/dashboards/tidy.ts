import type * as sdk from "@grafana/grafana-foundation-sdk/dashboard";

/**
 * Removes defaults of the builder that are not in Grafana's schema: settings of interval variables on other
 * kinds of variables, and the table footer of versions before Grafana 12. It also keeps links next to the
 * title instead of in a menu.
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
