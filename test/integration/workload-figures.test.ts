/** What each workload tells is held against a calculation of its own: counts are exact, times keep their laws. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditFile } from "../../src/engine/index.ts";
import { checkMicro, microWorkload } from "../../src/runner/micro/micro.ts";
import { drawArrivals } from "../../src/scenario/arrivals.ts";
import type { DagShape } from "../../src/scenario/dag-shape.ts";
import { generateDag } from "../../src/scenario/generate-dag.ts";
import { runTimesMs } from "../../src/scenario/run-times.ts";
import type { ParameterValue } from "../../src/scenario/workload.ts";
import { NOOP_JOBS } from "../../src/scenario/workloads/job-source.ts";
import { PROGRAMS, type QueueWorkload } from "../../src/scenario/workloads/programs.ts";
import type { WorkloadRun } from "../../src/scenario/workloads/workload-run.ts";
import { type Seen, workloadRun } from "../support/workload-run.ts";

let folder: string;
let seen: Seen;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-test-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function run(
  workload: QueueWorkload,
  parameters: Record<string, ParameterValue>,
  parts: Partial<WorkloadRun> = {},
): Promise<Readonly<Record<string, number>>> {
  const prepared = workloadRun(folder, { parameters, ...parts });
  seen = prepared.seen;
  return await PROGRAMS[workload](prepared.run);
}

const audited = () => auditFile(join(folder, "queue.db"));

describe("sub-dags", () => {
  it.each([
    // 3 nodes, each with 4 jobs and one that waits: 3 × (1 + 4 + 1).
    ["flat", 1, 18, 24],
    ["expand", 1, 18, 3],
    ["map", 1, 18, 3],
    ["add-nodes", 1, 18, 24],
    // Two levels more, of 4 jobs for each node.
    ["expand", 3, 42, 3],
  ])("grown by %s, %i deep, are %i jobs and %i edges", async (growth, depth, jobs, edges) => {
    const metrics = await run("sub-dags", { growth, depth, nodes: 3, children: 4, claimBatch: 10 });
    expect(metrics).toMatchObject({ jobs, edges });
    expect(await audited()).toMatchObject({ jobs, edges, doneOnce: true, ordered: true });
    expect(seen.latencies["subStartMs"]).toHaveLength(3);
    expect(seen.latencies["subEndMs"]).toHaveLength(3);
    for (const ms of Object.values(seen.latencies).flat()) expect(ms).toBeGreaterThanOrEqual(0);
    expect(seen.marks).toEqual(["began", "ended"]);
  });
});

describe("fan-out-fan-in", () => {
  it("joins once for each round", async () => {
    const metrics = await run("fan-out-fan-in", { width: 5, rounds: 3, claimBatch: 10 });
    // A source, and for each round its branches and the join, which is the next round's source.
    expect(metrics).toMatchObject({ jobs: 1 + 3 * 6, edges: 3 * 10 });
    expect(await audited()).toMatchObject({ jobs: 19, edges: 30, doneOnce: true, ordered: true });
    expect(seen.latencies["joinMs"]).toHaveLength(3);
    for (const ms of Object.values(seen.latencies).flat()) expect(ms).toBeGreaterThan(0);
  });
});

describe("retry-storm", () => {
  it("counts every attempt, the failing ones included", async () => {
    const metrics = await run("retry-storm", { jobs: 20, failures: 2, backoff: 1, claimBatch: 10 });
    expect(metrics).toMatchObject({ jobs: 20, attempts: 60 });
    expect(await audited()).toMatchObject({ jobs: 20, doneOnce: true, violations: [] });
  });
});

describe("priorities", () => {
  const work = { jobs: 200, urgentJobs: 10, workers: 1, concurrency: 1, claimBatch: 1 };

  it("an urgent job is overtaken by what was claimed before it alone", async () => {
    const metrics = await run("priorities", { ...work, urgentPriority: 100 });
    expect(metrics["jobs"]).toBe(210);
    expect(seen.latencies["urgentMs"]).toHaveLength(10);
    // One worker with one place: its enqueue travels with the next claim at the latest.
    expect(metrics["startedBeforeUrgent"]).toBeLessThanOrEqual(2);
  });

  it("one of the same priority waits for the whole backlog", async () => {
    const metrics = await run("priorities", { ...work, urgentPriority: 10 });
    // The k-th of 10 comes when 20 k of 200 have started, and waits for the 200 − 20 k others: 90 in the mean.
    expect(metrics["startedBeforeUrgent"]).toBe(90);
  });
});

describe("wake-latency", () => {
  it("has a wake for each job that came to an idle queue, and compares it with commits", async () => {
    const metrics = await run("wake-latency", {
      jobs: 20,
      arrivalRate: 1000,
      claimBatch: 10,
      idle: 20,
    });
    // 50 commits beside the 20 wakes; while nothing comes nothing is asked.
    expect(metrics).toMatchObject({ jobs: 70, idleStatements: 0 });
    const { wakeMs = [], commitMs = [] } = seen.latencies;
    expect([wakeMs.length, commitMs.length]).toEqual([20, 50]);
    const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b);
    const ratio = (middle(wakeMs)[9] ?? 0) / (middle(commitMs)[24] ?? 0);
    expect(metrics["wakeCommitsP50"]).toBeCloseTo(ratio, 10);
  });
});

describe("growth", () => {
  const PASSED = 60;

  it("lets all jobs pass, keeps the last, and compares the last third with the middle one", async () => {
    let ended = 0;
    const args: number[] = [];
    const metrics = await run(
      "growth",
      { jobs: PASSED, window: 10, retention: 20, concurrency: 5, claimBatch: 5 },
      {
        jobs: {
          ...NOOP_JOBS,
          call: (index) => {
            args.push(index);
            // FIFO, at most ten at a time: when this one starts, it and nine before it may be live.
            expect(index - ended).toBeLessThan(10);
            ended = seen.series["doneJobs"]?.at(-1)?.[1] ?? 0;
            return null;
          },
        },
      },
    );
    expect(args).toEqual(Array.from({ length: PASSED }, (_, i) => i));
    expect(metrics).toMatchObject({ jobs: 20, edges: 0, passedJobs: PASSED, walGrowth: 1 });
    expect(await audited()).toMatchObject({ jobs: 20, doneOnce: true, violations: [] });
    // So few jobs have a sample each.
    const values = (name: string): number[] => (seen.series[name] ?? []).map(([, value]) => value);
    expect(values("doneJobs")).toEqual(Array.from({ length: PASSED }, (_, i) => i + 1));
    const rss = values("rssBytes");
    expect(metrics["rssGrowth"]).toBe(Math.max(...rss.slice(40)) / Math.max(...rss.slice(20, 40)));
    expect(values("passMs")).toEqual(seen.latencies["uncorrectedMs"]);
    const median = (part: number[]): number => part.sort((a, b) => a - b)[9] as number;
    const pass = values("passMs");
    expect(metrics["latencyGrowth"]).toBe(median(pass.slice(40)) / median(pass.slice(20, 40)));
  });
});

/** The longest path, found by asking each node for its parents' ends: nothing of the workload's own way. */
function longestPathMs(dag: DagShape, timesMs: Float64Array): number {
  const parentsOf: number[][] = Array.from({ length: dag.nodeCount }, () => []);
  for (const [edge, child] of dag.children.entries()) {
    parentsOf[child]?.push(dag.parents[edge] as number);
  }
  const ends = new Map<number, number>();
  const endOf = (node: number): number => {
    const known = ends.get(node);
    if (known !== undefined) return known;
    const end = Math.max(0, ...(parentsOf[node] ?? []).map(endOf)) + (timesMs[node] as number);
    ends.set(node, end);
    return end;
  };
  return Math.max(...parentsOf.map((_, node) => endOf(node)));
}

describe("replay", () => {
  it("takes no less than its critical path, which a second calculation finds too", async () => {
    const dag = generateDag("random", 60, 7);
    const metrics = await run("replay", { speed: 500, claimBatch: 100 }, { dag, seed: 7 });
    const pathMs = longestPathMs(dag, runTimesMs(dag, 500, 7));
    expect(metrics["criticalPathMs"]).toBeCloseTo(pathMs, 6);
    expect(metrics["makespanMs"]).toBeGreaterThanOrEqual(pathMs);
    expect(metrics["makespanToPath"]).toBeCloseTo((metrics["makespanMs"] ?? 0) / pathMs, 6);
    expect(metrics).not.toHaveProperty("makespanToRecorded");
  });

  it("compares with the trace's own makespan at the recorded speed", async () => {
    const chain = generateDag("chain", 3, 1);
    const dag: DagShape = {
      ...chain,
      runtimeMs: (node) => [1000, 2000, 3000][node],
      makespanMs: 12_000,
    };
    const metrics = await run("replay", { speed: 1000, claimBatch: 10 }, { dag });
    expect(metrics["criticalPathMs"]).toBeCloseTo(6, 9);
    const slowedDownMs = (metrics["makespanMs"] ?? 0) * 1000;
    expect(metrics["makespanToRecorded"]).toBeCloseTo(slowedDownMs / 12_000, 9);
  });
});

describe("recovery", () => {
  it.each(["kill", "close"])(
    "after a %s finishes what had begun, and nothing twice",
    async (ending) => {
      const metrics = await run(
        "recovery",
        { jobs: 15, finishedJobs: 25, claimBatch: 10, ending },
        { durability: "full" },
      );
      expect(metrics["jobs"]).toBe(40);
      expect(metrics["firstJobMs"]).toBeGreaterThan(metrics["recoveryMs"] ?? Number.NaN);
      // A close leaves no log behind.
      expect(metrics["walBytes"] === 0).toBe(ending === "close");
      expect(await audited()).toMatchObject({ jobs: 40, doneOnce: true, violations: [] });
    },
  );
});

describe("write-contention", () => {
  it.each(["lane", "raw"])("ends every job once by the %s writer", async (writer) => {
    const metrics = await run("write-contention", { writer, jobs: 40, workers: 2, claimBatch: 5 });
    expect(metrics["jobs"]).toBe(40);
    if (writer === "lane") expect(metrics["conflicts"]).toBe(0);
  });
});

describe("load", () => {
  /** Holds up everything: the queue, and the generator that shares its thread. */
  function stall(ms: number): void {
    const endMs = performance.now() + ms;
    while (performance.now() < endMs);
  }

  it("counts from the intended arrival when a handler holds up the generator, too", async () => {
    const [gapMs, slow, stallMs] = [5, 20, 150];
    const call = (i: number): number => {
      if (i === slow) stall(stallMs);
      return i;
    };
    const metrics = await run(
      "load",
      { arrivalRate: 1000 / gapMs, duration: 500, arrivals: "constant", claimBatch: 1 },
      { jobs: { ...NOOP_JOBS, call } },
    );
    expect(metrics).toMatchObject({ jobs: 100, notStarted: 0, offeredJobsPerS: 200 });
    const { latencyMs = [], uncorrectedMs = [], latenessMs = [] } = seen.latencies;
    expect([latencyMs.length, uncorrectedMs.length, latenessMs.length]).toEqual([100, 100, 100]);
    // One place: jobs end in their order, and what the uncorrected figure leaves out is the lateness.
    for (const [i, ms] of latencyMs.entries()) {
      expect(ms - (uncorrectedMs[i] ?? 0)).toBeCloseTo(latenessMs[i] ?? Number.NaN, 6);
    }
    // Whoever was to arrive during the stall waited at least for what was left of it.
    for (let i = slow; i < slow + stallMs / gapMs; i++) {
      expect(latencyMs[i]).toBeGreaterThan(stallMs - gapMs * (i - slow) - 0.001);
    }
  });

  it("draws random arrivals from the seed, and sends every one of them", async () => {
    const parameters = { arrivalRate: 300, duration: 300, arrivals: "poisson", claimBatch: 100 };
    const metrics = await run("load", parameters, { seed: 3 });
    const drawn = drawArrivals("poisson", 300, 300, 3);
    expect(metrics).toMatchObject({ jobs: drawn.length, notStarted: 0 });
    expect(await audited()).toMatchObject({ jobs: drawn.length, doneOnce: true });
  });
});

describe("micro", () => {
  it.each([
    ["row", "foreign"],
    ["values", "primary"],
    ["appender", "none"],
  ])(
    "inserts by %s with %s keys pass after pass, and the last leaves every row",
    async (strategy, keys) => {
      const parameters = { subject: "insert", items: 40, strategy, keys };
      const { run: prepared } = workloadRun(folder, { parameters });
      const metrics = await microWorkload(prepared);
      const edges = generateDag("random", 40, 1).edgeCount;
      expect(metrics).toMatchObject({ jobs: 40, edges });
      expect(metrics["passes"]).toBeGreaterThanOrEqual(10);
      expect(await checkMicro(prepared.engine, prepared.databasePath, parameters)).toMatchObject({
        jobs: 40,
        edges,
      });
    },
  );
});
