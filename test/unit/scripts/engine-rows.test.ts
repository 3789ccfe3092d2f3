/** docs/ENGINE.md against the tests and examples that it names. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ENGINE_ROWS, engineRow, testTitles } from "../../../scripts/engine-rows.ts";

const DOCUMENT = readFileSync(new URL("../../../docs/ENGINE.md", import.meta.url), "utf8");
const titles = [...testTitles().values()].flat();

it("documents each row of the engine once, and no other", () => {
  const documented = [...DOCUMENT.matchAll(/^### ([A-Z]\d+) · /gm)].map(([, row]) => row);
  expect(documented).toEqual(ENGINE_ROWS);
});

it.each(ENGINE_ROWS)("%s has an example and a test of its name", (row) => {
  expect(engineRow(row)).toMatch(/^```ts\n[\s\S]+\nFrom \[.*Tests: \[/);
});

it("names a test for every fault of the reference design, and every such test", () => {
  const part = DOCUMENT.slice(DOCUMENT.indexOf("## What was designed out"));
  const named = [...part.matchAll(/^\|.*\| `([^`]+)` \|$/gm)].map(([, title]) => String(title));
  expect(named.filter((title) => !titles.includes(title))).toEqual([]);
  const ofFaults = titles.filter((title) => title.startsWith("§8: "));
  expect(ofFaults.filter((title) => !named.includes(title))).toEqual([]);
});
