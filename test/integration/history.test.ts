/** `bench history` over result files, good and bad. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readHistory } from "../../src/results/history.ts";
import { writeResult } from "../../src/results/result-file.ts";
import { runOfDay, steppedRuns } from "../support/results/history.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

let folder: string;
let runs: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-history-"));
  runs = join(folder, "results", "runs");
  for (const result of steppedRuns()) await writeResult(join(runs, result.id), result);
  const bad = {
    empty: "",
    "cut-off": '{"schemaVersion": 1, "ce',
    foreign: "[1]",
    newer: '{"schemaVersion":9}',
  };
  for (const [name, text] of Object.entries(bad)) {
    mkdirSync(join(runs, name));
    writeFileSync(join(runs, name, "result.json"), text);
  }
  writeFileSync(join(runs, "notes.txt"), "no run");
  mkdirSync(join(runs, "running"));
  writeFileSync(join(runs, "running", "journal.jsonl"), "{}\n");
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function bench(...args: readonly string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "history", ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

it("shows the step of one cell, and tells which files it left out and why", () => {
  const { code, out, err } = bench();
  expect(code).toBe(0);
  expect(out).toMatch(/^appender +20 .* worse -20 % at 20250311-120000-000b/m);
  expect(out).toMatch(/^unnest +20 .* none /m);
  const skipped = (name: string, why: string): string =>
    `bench: ${join("results", "runs", name, "result.json")}: skipped, ${why}\n`;
  expect(err).toBe(
    [
      skipped("cut-off", "it is not JSON, or has no schemaVersion"),
      skipped("empty", "it is empty"),
      skipped("foreign", "it is not JSON, or has no schemaVersion"),
      skipped("newer", "it has schema version 9, and this build reads 1"),
    ].join(""),
  );
});

it("prints every point as one JSON document, and draws the chart where it is asked to", () => {
  const { code, out } = bench("peakRssBytes", "--json", "--out", "charts");
  expect(code).toBe(0);
  const json = JSON.parse(out) as { runs: number; series: { metric: string; points: unknown[] }[] };
  expect(json.runs).toBe(20);
  expect(json.series.map(({ metric, points }) => [metric, points.length])).toEqual([
    ["peakRssBytes", 20],
    ["peakRssBytes", 20],
  ]);
  expect(readdirSync(join(folder, "charts"))).toEqual(["history-submit-peak-rss.png"]);
});

it("exits 2 for an unknown metric or folder, and 7 where no run has the figure", () => {
  expect(bench("submitRowPerS")).toMatchObject({ code: 2, out: "" });
  expect(bench("--runs", "nowhere").code).toBe(2);
  expect(bench("drainMs").code).toBe(7);
  expect(bench("--scenario", "drain").code).toBe(7);
});

it("keeps machines, durabilities and cells apart, and takes files as well as folders", async () => {
  const other = join(folder, "mixed");
  mkdirSync(other);
  const one = runOfDay(1, { appender: 10 });
  const slow = { ...one, environment: { ...one.environment, fingerprint: "other" } };
  const loose = { ...runOfDay(2, { appender: 11 }), durability: "relaxed" as const };
  const all = {
    a: one,
    b: slow,
    c: loose,
    d: runOfDay(4, { appender: 12 }),
    e: runOfDay(3, { row: 1 }),
  };
  for (const [name, result] of Object.entries(all)) {
    writeFileSync(join(other, `${name}.json`), JSON.stringify(result));
  }
  const { series, skipped } = await readHistory(other);
  expect(skipped).toEqual([]);
  expect(series.map(({ machine, points }) => [machine.split(" · ")[0], points.length])).toEqual([
    ["c0ffee", 2],
    ["other", 1],
    ["c0ffee", 1],
    ["c0ffee", 1],
  ]);
  expect(series[0]?.points.map(({ value }) => value.median)).toEqual([10, 12]);
});
