/** `bench tune` from the command line: bad input, and a whole small tuning. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tuneResultSchema } from "../../src/results/tune-result.ts";

const BENCH = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tune-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bench = (...args: string[]) =>
  spawnSync(process.execPath, [BENCH, "tune", ...args], { cwd: folder, encoding: "utf8" });

test.each([
  [["--setting", "leaseMs"], "--setting leaseMs: cannot be tuned. Known are appenderThreshold"],
  [["--setting", "claimBatch,"], "--setting has an empty value"],
  [["--check", "--write"], "--check changes nothing"],
  [["--trials", "5"], "--trials 5: not a whole number from 6"],
  [["--budget", "soon"], "--budget soon: not a duration"],
  [["--format", "csv"], "--format csv: unknown. It takes table, json, markdown."],
  [["--durability", "none"], "--durability none: unknown"],
])("%j is refused, with nothing on stdout and nothing left behind", (args, message) => {
  const { status, stdout, stderr } = bench(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(message);
  expect(readdirSync(folder)).toEqual([]);
});

test("a tuning measures, decides and leaves its result; --json is one document", {
  timeout: 300_000,
}, () => {
  const out = join(folder, "out");
  const { status, stdout } = bench(
    ...["--setting", "claimBatch", "--check", "--out", out, "--json", "--no-charts"],
  );
  const result = tuneResultSchema.parse(JSON.parse(stdout));
  expect([0, 4, 5]).toContain(status);
  expect(result.choices.map(({ setting, shipped }) => [setting, shipped])).toEqual([
    ["claimBatch", 1_000],
  ]);
  expect(result.choices[0]?.candidates).toHaveLength(3);
  expect(JSON.parse(readFileSync(join(out, "tune.json"), "utf8"))).toEqual(result);
  expect(existsSync(join(out, "claimBatch", "result.json"))).toBe(true);
});
