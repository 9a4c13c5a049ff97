import type { PanelSpec } from "../panels/panel.js";

/** A part of a dashboard with a title. Its panels are placed from left to right and wrap. */
export interface Row {
  title: string;
  panels: PanelSpec[];
}
