import { allPanels, where, type Check } from "./model.js";

const COLUMNS = 24;

/** All panels are on the grid, and none overlap. (There are no panels in collapsed rows.) */
export const grid: Check = (dashboard) => {
  const problems: string[] = [];
  const placed = allPanels(dashboard).map((panel) => ({ name: where(panel), pos: panel.gridPos }));
  placed.forEach(({ name, pos: a }, i) => {
    if (!a || a.w < 1 || a.h < 1 || a.x < 0 || a.y < 0 || a.x + a.w > COLUMNS) {
      problems.push(`${name} is not on the grid: ${JSON.stringify(a)}`);
      return;
    }
    for (const { name: other, pos: b } of placed.slice(i + 1)) {
      if (b && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h) {
        problems.push(`${name} and ${other} overlap`);
      }
    }
  });
  return problems;
};
