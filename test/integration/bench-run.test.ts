/** The built `bench` command, as people type it. */
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resultSchema } from "../../src/results/result.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-cli-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function bench(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

describe("the build", () => {
  it("is a program that a shell may start", () => {
    expect(statSync(MAIN).mode & 0o111).toBe(0o111);
  });
});

describe("bench run", () => {
  it("measures, checks and saves every cell, and prints one JSON document", async () => {
    const out = join(folder, "out");
    const { code, stdout } = await bench(
      "run",
      "--dag-size",
      "40",
      "--strategy",
      "row,appender",
      "--claim-batch",
      "10",
      "--wake",
      "notify",
      "--trials",
      "1",
      "--out",
      out,
      "--json",
    );
    expect(code).toBe(0);
    const result = resultSchema.parse(JSON.parse(stdout));
    expect(result.cells.map((cell) => [cell.scenario, cell.status, cell.trials.length])).toEqual([
      ["submit", "ok", 1],
      ["submit", "ok", 1],
      ["drain", "ok", 1],
    ]);
    const checks = result.cells.map((cell) => cell.trials[0]?.checks);
    expect(new Set(checks.map((check) => check?.checksum)).size).toBe(1);
    expect(checks[2]).toMatchObject({ jobs: 40, doneOnce: true, ordered: true, violations: [] });
    expect(existsSync(join(out, "result.json"))).toBe(true);
  });

  it("searches the highest rate: a level that no queue keeps is missed at every rate, twice at each", async () => {
    const args = "load --find-max --rate 2/s --duration 1s --arrivals constant --json --out";
    const out = join(folder, "search");
    const { code, stdout } = await bench(...args.split(" "), out, "--slo", "p(99) < 0.001ms");
    expect(code).toBe(4);
    const { cells, findings, verdict } = resultSchema.parse(JSON.parse(stdout));
    expect(verdict).toBe("threshold-missed");
    expect(
      cells.map(({ parameters, trials }) => [parameters["arrivalRate"], trials.length]),
    ).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(findings[0]).toMatchObject({
      kind: "max-rate",
      evidence: "no rate kept latencyMs p(99) < 0.001ms; 1 jobs/s did not",
      values: { steps: 2, brokenJobsPerS: 1 },
    });
  });

  it("runs a file of the user's, with the user's own handlers", async () => {
    const scenario = `
name: thumbnails
question: How fast do my thumbnails drain?
workload: drain
handlers: ./tasks.js
parameters:
  shape: { help: shape, values: [random, chain], default: random, smoke: random }
  dagSize: { help: jobs, unit: jobs, range: { from: 1, to: 100 }, default: 12, smoke: 3 }
metrics: [drainJobsPerS]
checks: [rowCounts, checksum, doneOnce, ordered]
chart: { x: dagSize, y: drainJobsPerS }
`;
    const handlers = `
import { appendFileSync } from "node:fs";
export function args(i) { return { width: 10 * i }; }
export function resize({ width }) { appendFileSync("seen.txt", width + "\\n"); return width / 2; }
`;
    writeFileSync(join(folder, "mine.yaml"), scenario);
    writeFileSync(join(folder, "tasks.js"), handlers);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    const { code, stdout } = await bench("run", "./mine.yaml", "--trials", "1", "--json");
    expect(code).toBe(0);
    const [cell] = resultSchema.parse(JSON.parse(stdout)).cells;
    expect([cell?.scenario, cell?.trials[0]?.checks?.jobs]).toEqual(["thumbnails", 12]);
    const seen = readFileSync(join(folder, "seen.txt"), "utf8").trim().split("\n").map(Number);
    const measured = seen.slice(-12).sort((a, b) => a - b);
    expect(measured).toEqual(Array.from({ length: 12 }, (_, i) => 10 * i));
  });

  it.each([
    ["a DOT graph", "graph.dot", "digraph { a -> b; a -> c; b -> d; c -> d }", 4, 4],
    ["what git log prints of commits", "history.edges", "c3 c2 c1\nc2 c0\nc1 c0\nc0\n", 4, 4],
  ])("runs %s", async (_, name, text, jobs, edges) => {
    writeFileSync(join(folder, name), text);
    const flags = ["--strategy", "appender", "--claim-batch", "10", "--wake", "notify"];
    const { code, stdout } = await bench(
      "run",
      "--dag-file",
      name,
      ...flags,
      "--trials=1",
      "--json",
    );
    expect(code).toBe(0);
    const { cells } = resultSchema.parse(JSON.parse(stdout));
    expect(cells.map(({ scenario, trials }) => [scenario, trials[0]?.checks])).toMatchObject([
      ["submit", { jobs, edges, violations: [] }],
      ["drain", { jobs, edges, doneOnce: true, ordered: true, violations: [] }],
    ]);
  });

  it.each([
    [["run", "nope"], /nope/],
    [["run", "--dag-size", "0"], /dag-size/],
    [["run", "--dag-size", "1.5"], /dag-size/],
    [["run", "--strategy", "magic"], /magic/],
    [["run", "--colour"], /colour/],
    [["run", "--trials", "-1"], /trials/],
    [["run", "--budget", "soon"], /budget/],
    [["run", "--dag-file", "gone.json"], /gone\.json/],
    [["run", "--out", "/proc/nowhere"], /--out/],
    [["walk"], /walk/],
  ])("refuses %j with one line that names it, and leaves nothing behind", async (args, named) => {
    const { code, stdout, stderr } = await bench(...args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(named);
    expect(readdirSync(folder)).toEqual([]);
  });
});
