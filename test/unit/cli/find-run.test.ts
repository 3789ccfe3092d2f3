/** From what a user types to a saved run. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findResumed, findRun, folderOf } from "../../../src/cli/find-run.ts";

let runs: string;

beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), "quackmark-runs-"));
});

afterEach(() => {
  rmSync(runs, { recursive: true, force: true });
});

function run(id: string, ...files: readonly string[]): string {
  const folder = join(runs, id);
  mkdirSync(folder);
  for (const file of files) writeFileSync(join(folder, file), "");
  return folder;
}

it("takes an id for a folder of runs, and anything with a slash or a dot for a path", () => {
  const folder = run("20250301-120000-a1b2", "result.json", "journal.jsonl");
  expect(findRun("20250301-120000-a1b2", runs)).toBe(folder);
  expect(findRun(folder, runs)).toBe(folder);
  expect(findRun("elsewhere.json", runs)).toBe("elsewhere.json");
  expect(folderOf(folder)).toBe(folder);
  expect(folderOf(join(folder, "result.json"))).toBe(folder);
});

it("takes latest for the newest run that has a result", () => {
  run("20250301-120000-a1b2", "result.json");
  const newest = run("20250302-120000-0000", "result.json");
  run("20250303-120000-ffff", "journal.jsonl");
  expect(findRun("latest", runs)).toBe(newest);
});

it("names the newest runs where there is none of that id", () => {
  expect(() => findRun("latest", join(runs, "none"))).toThrow("There is no run with a result in");
  expect(() => findRun("20250301", runs)).toThrow("It holds none: give a path.");
  run("20250301-120000-a1b2", "result.json");
  expect(() => findRun("20250301", runs)).toThrow(
    `There is no run 20250301 in ${runs}. The newest are 20250301-120000-a1b2.`,
  );
});

it("says how to finish a run that has ended without a result", () => {
  const folder = run("20250303-120000-ffff", "journal.jsonl");
  expect(() => findRun("20250303-120000-ffff", runs)).toThrow(
    `the run has not ended. Finish it with bench run --resume ${folder}`,
  );
});

it("takes the folder of a run to go on with by its id, or by any path, also a bare name", () => {
  const folder = run("20250303-120000-ffff", "journal.jsonl");
  expect(findResumed("20250303-120000-ffff", runs)).toBe(folder);
  expect(findResumed("p5", runs)).toBe("p5");
  expect(findResumed("./20250303-120000-ffff", runs)).toBe("./20250303-120000-ffff");
});
