/** The built command on a server: several processes under an open load, tuning, and the stress form of the races with its record. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { stressResultSchema } from "../../src/results/stress-result.ts";
import { tuneResultSchema } from "../../src/results/tune-result.ts";

const BENCH = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const LONG = { timeout: 300_000 };

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command on the server of the tests; its password, if there is one, is in the environment. */
function bench(command: string, ...args: string[]): { status: number | null; stdout: string } {
  const url = new URL(inject("postgresUrl"));
  const { password } = url;
  url.password = "";
  const env = { ...process.env, ...(password === "" ? {} : { PGPASSWORD: password }) };
  const out = ["--store", url.href, "--json"];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [BENCH, command, ...args, ...out],
    { cwd: folder, encoding: "utf8", env },
  );
  if (stdout === "") throw new Error(stderr);
  return { status, stdout };
}

it(
  "an open load reaches two worker processes: every job once, with its latency from the intended arrival",
  LONG,
  () => {
    const { status, stdout } = bench(
      ...(["load", "--rate", "200/s", "--duration", "1s", "--arrivals", "constant"] as const),
      ...["--processes", "1,2", "--no-charts", "--out", "load"],
    );
    expect(status).toBe(0);
    const { cells } = JSON.parse(stdout);
    expect(
      cells.map((cell: { parameters: { processes: number } }) => cell.parameters.processes),
    ).toEqual([1, 2]);
    for (const { status: state, trials } of cells) {
      expect(state).toBe("ok");
      const [{ metrics, checks }] = trials;
      expect(checks).toMatchObject({ jobs: 200, doneOnce: true, ordered: true });
      expect(metrics).toMatchObject({ jobs: 200, notStarted: 0 });
      expect(metrics.latencyMsP50).toBeGreaterThan(0);
      expect(metrics.latencyMsP50).toBeLessThan(5_000);
    }
  },
);

it("a check of the tuning compares the shipped threshold with its rivals", LONG, () => {
  const { status, stdout } = bench("tune", "--check", "--no-charts", "--out", "tune");
  expect([0, 4, 5]).toContain(status);
  const { choices, leftOut } = tuneResultSchema.parse(JSON.parse(stdout));
  expect(leftOut).toEqual([]);
  expect(choices.map(({ setting, shipped }) => [setting, shipped])).toEqual([
    ["copyThreshold", 500],
  ]);
});

it("the stress form of the races leaves its record", LONG, () => {
  const { status, stdout } = bench("races", "--seeds", "3", "--out", "races");
  expect(status).toBe(0);
  const result = stressResultSchema.parse(JSON.parse(stdout));
  expect(result).toMatchObject({ firstSeed: 1, seeds: 3, runs: 3, findings: [], ended: "all" });
  expect(result.server).toMatch(/^PostgreSQL \d+/);
  expect(JSON.parse(readFileSync(join(folder, "races", "stress.json"), "utf8"))).toEqual(result);
});

it("a fault of the store is found by the stress form", LONG, () => {
  const { status, stdout } = bench(
    ...(["races", "--mutants", "--mutant", "P01", "--seeds", "10", "--out", "hunt"] as const),
  );
  expect(status).toBe(0);
  expect(JSON.parse(stdout).mutants).toMatchObject([{ id: "P01", right: true }]);
});
