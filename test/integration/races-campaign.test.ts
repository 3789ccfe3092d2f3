/** The campaign that gates a change: `bench races` as a pull request runs it, with its own defaults. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { racesResultSchema } from "../../src/results/races-result.ts";

const BENCH = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const SEEDS = 500;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-races-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("500 seeds over all scenarios break no promise, and meet every situation they must: exit 0", {
  timeout: 600_000,
}, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BENCH, "races", "--json"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  const result = racesResultSchema.parse(JSON.parse(stdout));
  const { violations, harnessErrors, situations, twice } = result;
  // What a reader of a failed run needs first.
  expect({ violations, harnessErrors }).toEqual({ violations: [], harnessErrors: [] });
  expect(situations.filter(({ met }) => met === 0)).toEqual([]);
  expect(result.tooFewSeeds).toBeNull();
  expect(twice).toEqual({ runs: SEEDS / 50, different: [] });
  expect({ runs: result.runs, verdict: result.verdict, status }).toEqual({
    runs: SEEDS,
    verdict: "clean",
    status: 0,
  });
  expect(result.upperBound).toBeCloseTo(1 - 0.05 ** (1 / SEEDS), 6);
});
