import type { PanelSpec } from "../panels/panel.js";

/** A titled part of a dashboard; its panels flow from left to right and wrap. */
export interface Row {
  title: string;
  panels: PanelSpec[];
}
