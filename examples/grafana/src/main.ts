import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { problems } from "./checks/index.js";
import type { Dashboard } from "./checks/model.js";
import { extract, SANE } from "./checks/queries.js";
import { dashboards, toJSON } from "./dashboards/index.js";

// This file runs as src/out/main.js.
const GRAFANA = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const RULES = join(GRAFANA, "..", "alerts.yml");

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

function build(): void {
  for (const [file, assembled] of dashboards) {
    writeFileSync(join(GRAFANA, file), toJSON(assembled));
    console.log(`wrote ${file}: ${assembled.specs.size} panels`);
  }
}

/** Exits with 1 if a committed file is not up to date, or if a check has findings. */
function check(): void {
  let found = 0;
  for (const [file, assembled] of dashboards) {
    const text = toJSON(assembled);
    const list = problems(JSON.parse(text) as Dashboard, read(RULES));
    if (read(join(GRAFANA, file)) !== text) list.unshift("stale: the file differs; run npm run build");
    for (const problem of list) console.error(`${file}: ${problem}`);
    if (list.length === 0) console.log(`${file}: ok, ${assembled.specs.size} panels`);
    found += list.length;
  }
  process.exitCode = found > 0 ? 1 : 0;
}

/** `name=value` arguments replace the values of variables. */
function queries(args: string[]): void {
  const given = args.map((a): [string, string] => {
    const at = a.indexOf("=");
    if (at < 1) throw new Error(`not name=value: ${a}`);
    return [a.slice(0, at), a.slice(at + 1)];
  });
  const values = { ...SANE, ...Object.fromEntries(given) };
  for (const assembled of dashboards.values()) {
    for (const query of extract(assembled, values)) console.log(JSON.stringify(query));
  }
}

const [command, ...args] = process.argv.slice(2);
switch (command) {
  case "build":
    build();
    break;
  case "check":
    check();
    break;
  case "queries":
    queries(args);
    break;
  default:
    console.error("usage: main.js build | check | queries [name=value ...]");
    process.exitCode = 2;
}
