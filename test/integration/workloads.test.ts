/** The measured programs on real databases: exact counts, and an observer that sees the measured part. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ParameterValue } from "../../src/scenario/workload.ts";
import { PROGRAMS } from "../../src/scenario/workloads/programs.ts";
import { type Seen, workloadRun } from "../support/workload-run.ts";

let folder: string;
let seen: Seen;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-test-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(workload: "submit" | "drain", parameters: Record<string, ParameterValue>) {
  const prepared = workloadRun(folder, { parameters });
  seen = prepared.seen;
  return PROGRAMS[workload](prepared.run);
}

describe("the submit workload", () => {
  it.each([
    // A statement for each of 10 jobs, 9 edges and the run.
    ["row", undefined, 20],
    ["values", 5, 2 + 2 + 1],
    ["values", "all", 3],
    ["appender", undefined, 3],
  ])("counts what %s with chunk size %s sends", async (strategy, chunkSize, statements) => {
    const chunk = chunkSize === undefined ? {} : { chunkSize };
    const metrics = await run("submit", { strategy, ...chunk });
    expect(metrics).toMatchObject({
      jobs: 10,
      edges: 9,
      rowsWritten: 20,
      submitCommits: 1,
      submitStatements: statements,
    });
    expect(metrics["submitRowsPerS"]).toBeCloseTo((19 / (metrics["submitMs"] ?? 0)) * 1000);
    expect(seen.marks).toEqual(["began", "ended"]);
  });
});

describe("the drain workload", () => {
  it("drains with several workers", async () => {
    const metrics = await run("drain", {
      workers: 2,
      concurrency: 4,
      claimBatch: 2,
      wake: "notify",
    });
    expect(metrics).toMatchObject({ jobs: 10, edges: 9, conflicts: 0 });
    expect(metrics["drainJobsPerS"]).toBeCloseTo((10 / (metrics["drainMs"] ?? 0)) * 1000);
    expect(metrics["dbBytes"]).toBeGreaterThan(0);
    expect(seen.marks).toEqual(["began", "ended"]);
    expect(existsSync(join(folder, "queue.db"))).toBe(true);
  });

  it("drains by the clock alone", async () => {
    const metrics = await run("drain", { claimBatch: 10, wake: "poll", pollInterval: 1 });
    expect(metrics).toMatchObject({ jobs: 10, edges: 9, conflicts: 0 });
  });
});
