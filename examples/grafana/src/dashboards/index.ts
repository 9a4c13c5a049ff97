import { accountView } from "./account/index.js";
import { assemble, type Assembled } from "./assemble.js";
import { overview } from "./overview/index.js";

/** The dashboards by file name. */
export const dashboards: ReadonlyMap<string, Assembled> = new Map(
  [overview, accountView].map((spec) => [`${spec.uid}.json`, assemble(spec)]),
);

/** The content of the file. */
export const toJSON = ({ dashboard }: Assembled): string => `${JSON.stringify(dashboard, null, 2)}\n`;
