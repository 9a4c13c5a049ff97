import { fileURLToPath } from "node:url";
import ts from "typescript";
import { dataPanels, type Check } from "./model.js";

/** Grafana's published types for each kind of panel: the module, its options and its field settings. */
const KINDS: Record<string, { module: string; options: string; fields?: string }> = {
  stat: { module: "stat/panelcfg/x/StatPanelCfg", options: "Options" },
  timeseries: { module: "timeseries/panelcfg/x/TimeSeriesPanelCfg", options: "Options", fields: "FieldConfig" },
  table: { module: "table/panelcfg/x/TablePanelCfg", options: "Options", fields: "FieldConfig" },
  bargauge: { module: "bargauge/panelcfg/x/BarGaugePanelCfg", options: "Options" },
  barchart: { module: "barchart/panelcfg/x/BarChartPanelCfg", options: "Options", fields: "FieldConfig" },
  "state-timeline": { module: "statetimeline/panelcfg/x/StateTimelinePanelCfg", options: "Options", fields: "FieldConfig" },
  heatmap: { module: "heatmap/panelcfg/x/HeatmapPanelCfg", options: "Options", fields: "FieldConfig" },
};

/**
 * JSON has the text of an enumeration where TypeScript's types require its member. Everything else stays strict:
 * an unknown property or a wrong value is an error.
 */
const LOOSE = `
type Loose<T> = T extends string ? \`\${T}\` : T extends number | boolean | null | undefined ? T
  : T extends (infer U)[] ? Loose<U>[] : { [K in keyof T]: Loose<T[K]> };
type AllOptional<T> = T extends (infer U)[] ? U[] : T extends object ? { [K in keyof T]?: AllOptional<T[K]> } : T;
`;

/** The oldest supported Grafana, and a current one. */
const GRAFANAS = ["@grafana/schema-11", "@grafana/schema"];

/** The dashboard as a TypeScript program that compiles if and only if it matches the types of a Grafana version. */
export function asProgram(dashboard: Parameters<Check>[0], grafana: string): string {
  const lines = [`import type * as grafana from "${grafana}";`, LOOSE];
  const { panels: _, templating: __, annotations: ___, ...rest } = dashboard;
  lines.push(`export const dashboard: Loose<Partial<grafana.Dashboard>> = ${JSON.stringify(rest)};`);
  for (const variable of dashboard.templating.list ?? []) {
    lines.push(`export const variable_${variable.name}: Loose<grafana.VariableModel> = ${JSON.stringify(variable)};`);
  }
  for (const panel of dataPanels(dashboard)) {
    const kind = KINDS[panel.type];
    if (!kind) continue;
    const from = `import("${grafana}/dist/esm/raw/composable/${kind.module}_types.gen${grafana.endsWith("-11") ? ".d.ts" : ""}")`;
    const { options, fieldConfig, targets: _targets, ...common } = panel;
    const custom = fieldConfig?.defaults.custom;
    const defaults = { ...fieldConfig?.defaults, custom: undefined };
    lines.push(
      `export const panel_${panel.id}: Loose<Partial<grafana.Panel>> = ${JSON.stringify(common)};`,
      `export const fields_${panel.id}: Loose<grafana.FieldConfig> = ${JSON.stringify(defaults)};`,
      `export const options_${panel.id}: AllOptional<Loose<${from}.${kind.options}>> = ${JSON.stringify(options ?? {})};`,
    );
    if (custom && Object.keys(custom).length > 0) {
      const type = kind.fields ? `AllOptional<Loose<${from}.${kind.fields}>>` : "Record<string, never>";
      lines.push(`export const custom_${panel.id}: ${type} = ${JSON.stringify(custom)};`);
    }
  }
  return lines.join("\n");
}

/** Checks the dashboard against Grafana's own types (@grafana/schema), independently of the builder's types. */
export const schema: Check = (dashboard) => GRAFANAS.flatMap((grafana) => against(grafana, dashboard));

function against(grafana: string, dashboard: Parameters<Check>[0]): ReturnType<Check> {
  // The name is in this package, so that imports resolve. The file is never written.
  const name = fileURLToPath(new URL(`../../__${dashboard.uid}.ts`, import.meta.url));
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const source = asProgram(dashboard, grafana);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => file === name || fileExists(file);
  host.getSourceFile = (file, ...more) =>
    file === name ? ts.createSourceFile(file, source, ts.ScriptTarget.ES2022) : getSourceFile(file, ...more);
  const program = ts.createProgram([name], options, host);
  return ts.getPreEmitDiagnostics(program).map((d) => {
    const line = d.file && d.start !== undefined ? d.file.getLineAndCharacterOfPosition(d.start).line : 0;
    const what = /const (\w+)/.exec(source.split("\n")[line] ?? "")?.[1] ?? "the program";
    return `${what} (${grafana}): ${ts.flattenDiagnosticMessageText(d.messageText, " ")}`;
  });
}
