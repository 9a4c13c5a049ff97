import assert from "node:assert/strict";
import { test } from "node:test";
import { dashboards, toJSON } from "../dashboards/index.js";
import { problems } from "./index.js";
import { matchProblems } from "./matching.js";
import { dataPanels, targets, type Dashboard } from "./model.js";
import { extract, SANE, substitute } from "./queries.js";

const [assembled] = [...dashboards.values()];
const fresh = (): Dashboard => JSON.parse(toJSON(assembled!)) as Dashboard;
const rules = [...JSON.stringify(fresh()).matchAll(/runbooks:raw\}\/(\w+)/g)].map((m) => `      - alert: ${m[1]}`).join("\n");
const first = (d: Dashboard, type: string) => dataPanels(d).find((p) => p.type === type)!;

test("the dashboard as it is has no problem", () => {
  assert.deepEqual(problems(fresh(), rules), []);
});

/** One fault each, and the expected message. */
const faults: [name: string, breakIt: (d: Dashboard) => void, expected: RegExp][] = [
  ["two panels with one id", (d) => (dataPanels(d)[1]!.id = dataPanels(d)[0]!.id!), /^identity: panel id \d+ is used twice$/],
  ["a panel without an id", (d) => delete dataPanels(d)[0]!.id, /^identity: .* has no id$/],
  ["two queries A", (d) => (targets(first(d, "table"))[0]!.refId = "B") && targets(first(d, "table")).push(targets(first(d, "table"))[0]!), /two queries B/],
  ["no uid", (d) => (d.uid = ""), /^identity: uid/],
  ["a panel on another", (d) => (dataPanels(d)[1]!.gridPos = { ...dataPanels(d)[0]!.gridPos! }), /^grid: .* overlap$/],
  ["a panel over the edge", (d) => (dataPanels(d)[0]!.gridPos!.x = 23), /^grid: .* is not on the grid/],
  ["a fixed data source", (d) => (dataPanels(d)[0]!.datasource = { type: "prometheus", uid: "mine" }), /^datasource: .*mine/],
  ["a query without a data source", (d) => delete targets(dataPanels(d)[0]!)[0]!.datasource, /^datasource: .* without a data source$/],
  ["an import dialog", (d) => Object.assign(d, { __inputs: [] }), /^datasource: .*import dialog$/],
  ["a plugin's panel", (d) => (dataPanels(d)[0]!.type = "somebodys-panel"), /^content: .* not a core panel$/],
  ["no description", (d) => delete dataPanels(d)[0]!.description, /^content: .* no description/],
  ["an undeclared variable", (d) => (targets(dataPanels(d)[0]!)[0]!.expr += " > $limit"), /^variables: variable limit is used and not declared$/],
  ["an unused variable", (d) => d.templating.list!.push({ ...d.templating.list![0]!, name: "spare" }), /^variables: variable spare is declared and not used$/],
  ["a match without job", (d) => (targets(dataPanels(d)[0]!)[0]!.expr = "a{} * on (account) b{}"), /^matching: .*on \(account\) only$/],
  ["a runbook of no alert", (d) => (dataPanels(d)[0]!.links = [{ ...d.links![0]!, url: "${runbooks:raw}/ExportNoSuch" }]), /^runbooks: no alert is called ExportNoSuch$/],
  ["an option Grafana does not know", (d) => (first(d, "stat").options.colour = "red"), /^schema: options_\d+ .*colour/],
  ["a value Grafana does not know", (d) => (first(d, "stat").options.colorMode = "rainbow"), /^schema: options_\d+ .*rainbow/],
  ["a field setting Grafana does not know", (d) => (first(d, "timeseries").fieldConfig!.defaults.custom.lineColour = "red"), /^schema: custom_\d+ .*lineColour/],
];
for (const [name, breakIt, expected] of faults) {
  test(`found: ${name}`, () => {
    const dashboard = fresh();
    breakIt(dashboard);
    assert.match(problems(dashboard, rules).join("\n"), new RegExp(expected.source, "m"));
  });
}

test("matches are judged by their labels", () => {
  assert.deepEqual(matchProblems('a{b="x or y"} and on (job, instance, account) c{}'), []);
  assert.deepEqual(matchProblems("sum(1 - export_source_up{})"), []);
  for (const bad of ["a{} * ignoring (status) b{}", "a{} or b{}", "a{} unless on (job) b{}", "x{} / export_rows{}"]) {
    assert.notDeepEqual(matchProblems(bad), [], bad);
  }
});

test("every query is extracted without variables", () => {
  const extracted = extract(assembled!, SANE);
  const count = dataPanels(fresh()).reduce((n, p) => n + targets(p).length, 0);
  assert.equal(extracted.filter((q) => !/^(variable|annotation) /.test(q.panel)).length, count);
  assert.equal(extracted.some((q) => q.expr.includes("$")), false);
  assert.throws(() => substitute("a{b=~\"$other\"}", SANE), /no value for \$other/);
});
