/** The engine on real DuckDB files: exact counts, order, strategies, recovery, and the errors people meet. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GatePoint, Queue } from "../../src/engine/index.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-test-"));
  path = join(folder, "queue.db");
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function nodes(count: number) {
  return Array.from({ length: count }, (_, i) => ({ name: `n${i}`, task: "echo", args: { i } }));
}

async function openWithEcho(): Promise<Queue> {
  const queue = await Queue.open({ path });
  queue.task("echo", async (args: { i: number }) => args.i);
  return queue;
}

const DIAMOND: [string, string][] = [
  ["n1", "n0"],
  ["n2", "n0"],
  ["n3", "n1"],
  ["n3", "n2"],
];

describe("a submitted DAG", () => {
  it("runs every job once, parents first, and keeps the results", async () => {
    const queue = await openWithEcho();
    const receipt = await queue.submit({ name: "diamond", nodes: nodes(4), edges: DIAMOND });
    queue.worker().start();
    expect(await queue.waitForRun(receipt.runId)).toEqual({
      runId: 1,
      status: "done",
      jobs: 4,
      done: 4,
      failed: 0,
      skipped: 0,
      cancelled: 0,
    });
    expect(await queue.audit(receipt.runId)).toMatchObject({
      jobs: 4,
      edges: 4,
      doneOnce: true,
      ordered: true,
      violations: [],
    });
    expect(await queue.sql("SELECT name, state, payload FROM job_state ORDER BY id")).toEqual(
      [0, 1, 2, 3].map((i) => ({ name: `n${i}`, state: "done", payload: String(i) })),
    );
    await queue.close();
  });

  it("has the same rows whichever strategy wrote it", async () => {
    const queue = await openWithEcho();
    const checksums = new Set<string>();
    for (const strategy of ["row", "values", "temp-table", "unnest", "appender"] as const) {
      for (const chunkSize of [1, 3, "all"] as const) {
        const receipt = await queue.submit({
          nodes: nodes(4),
          edges: [...DIAMOND, ["n1", "n0"]],
          strategy,
          chunkSize,
        });
        expect(receipt).toMatchObject({ jobs: 4, edges: 4, rows: 9, strategy });
        checksums.add((await queue.audit(receipt.runId)).checksum);
      }
    }
    expect(checksums.size).toBe(1);
    expect(await queue.sql("SELECT count(*)::INTEGER AS n FROM jobs")).toEqual([{ n: 60 }]);
    await queue.close();
  });

  it("fails its run and skips what a failed job decides, in the same commit", async () => {
    const queue = await openWithEcho();
    queue.task("fail", () => {
      throw new Error("no");
    });
    const receipt = await queue.submit({
      nodes: [
        { name: "bad", task: "fail", maxAttempts: 1 },
        { name: "good", task: "echo", args: { i: 1 } },
        { name: "all", task: "echo", args: { i: 2 } },
        { name: "any", task: "echo", args: { i: 3 }, trigger: "one_success" },
        { name: "below", task: "echo", args: { i: 4 } },
      ],
      edges: [
        ["all", "bad"],
        ["all", "good"],
        ["any", "bad"],
        ["any", "good"],
        ["below", "all"],
      ],
    });
    queue.worker().start();
    expect(await queue.waitForRun(receipt.runId)).toMatchObject({
      status: "failed",
      done: 2,
      failed: 1,
      skipped: 2,
    });
    expect(await queue.run(receipt.runId)).toMatchObject({
      status: "failed",
      done: 2,
      failed: 1,
      skipped: 2,
    });
    expect(
      await queue.sql("SELECT name FROM job_state WHERE state = 'skipped' ORDER BY id"),
    ).toEqual([{ name: "all" }, { name: "below" }]);
    await queue.close();
  });

  it("is refused with the cycle spelled out, and leaves nothing behind", async () => {
    const queue = await openWithEcho();
    await expect(
      queue.submit({
        nodes: nodes(3),
        edges: [
          ["n0", "n1"],
          ["n1", "n2"],
          ["n2", "n0"],
        ],
      }),
    ).rejects.toMatchObject({
      code: "CYCLE",
      message: expect.stringMatching(/n\d → n\d → n\d → n\d/),
    });
    await expect(queue.submit({ nodes: [], edges: [] })).rejects.toMatchObject({
      code: "EMPTY_DAG",
    });
    await expect(queue.submit({ nodes: [{ task: "nope" }] })).rejects.toMatchObject({
      code: "UNKNOWN_TASK",
    });
    await expect(queue.submit({ nodes: [...nodes(1), ...nodes(1)] })).rejects.toMatchObject({
      code: "DUPLICATE_NODE",
    });
    await expect(queue.submit({ nodes: nodes(1), edges: [["n0", "gone"]] })).rejects.toMatchObject({
      code: "UNKNOWN_PARENT",
    });
    expect(await queue.sql("SELECT count(*)::INTEGER AS n FROM jobs")).toEqual([{ n: 0 }]);
    await queue.close();
  });
});

describe("an opened file", () => {
  it("cannot be opened a second time", async () => {
    const queue = await openWithEcho();
    await expect(Queue.open({ path })).rejects.toMatchObject({ code: "ALREADY_OPEN" });
    await queue.close();
    const again = await openWithEcho();
    await again.close();
  });
});

describe("recovery", () => {
  const dags = fc.integer({ min: 2, max: 12 }).chain((count) =>
    fc.record({
      edges: fc.uniqueArray(
        fc.tuple(fc.nat(count - 1), fc.nat(count - 1)).filter(([child, parent]) => parent < child),
        { maxLength: 24, selector: ([child, parent]) => child * 100 + parent },
      ),
      fails: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      any: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      checks: fc.integer({ min: 1, max: 4 }),
    }),
  );

  it("ends every job of a random DAG once and in order, and the log gives the ledger that is in memory", async () => {
    await fc.assert(
      fc.asyncProperty(dags, async ({ edges, fails, any, checks }) => {
        rmSync(path, { force: true });
        const queue = await Queue.open({ path });
        const run = { finished: 0, check: Promise.resolve({ equal: true }) };
        queue.task("maybe", async (args: { fails: boolean }) => {
          // In the middle of the drain, with claims open and others settled.
          if (++run.finished % checks === 0) run.check = queue.selfCheck();
          if (args.fails) throw new Error("no");
        });
        const nodes = fails.map((f, i) => ({
          task: "maybe",
          args: { fails: f },
          maxAttempts: 1,
          trigger: any[i] ? ("one_success" as const) : ("all_success" as const),
        }));
        const receipt = await queue.submit({ nodes, edges });
        const worker = queue.worker({ concurrency: 2, claimBatch: 2 });
        worker.start();
        const status = await queue.waitForRun(receipt.runId);
        expect(status.done + status.failed + status.skipped).toBe(fails.length);
        expect(await run.check).toMatchObject({ equal: true });
        expect(
          await queue.sql(
            "SELECT job_id FROM transitions WHERE state BETWEEN 3 AND 6 GROUP BY job_id HAVING count(*) <> 1",
          ),
        ).toEqual([]);
        await worker.stop();
        await queue.submit({ nodes, edges });
        const before = await queue.selfCheck();
        expect(before).toMatchObject({ equal: true });
        await queue.close();
        const reopened = await Queue.open({ path });
        expect((await reopened.selfCheck()).memory).toEqual(before.memory);
        expect(await reopened.run(receipt.runId)).toEqual(status);
        await reopened.close();
      }),
      { numRuns: 15 },
    );
  });

  /** Opens a queue whose gate fails once at a step, when armed. */
  async function openWithFailure(step: GatePoint): Promise<{ queue: Queue; arm(): void }> {
    let armed = false;
    const queue = await Queue.open({
      path,
      gate: async (point) => {
        if (!armed || point !== step) return;
        armed = false;
        throw new Error(`planted at ${step}`);
      },
    });
    queue.task("echo", async (args: { i: number }) => args.i);
    return {
      queue,
      arm: () => {
        armed = true;
      },
    };
  }

  it.each(["lane.begin", "lane.commit", "lane.committed"] as const)(
    "finishes a drain whose commit fails at %s, with every job done once",
    async (step) => {
      const { queue, arm } = await openWithFailure(step);
      const receipt = await queue.submit({
        nodes: nodes(200),
        edges: Array.from({ length: 199 }, (_, i) => [i + 1, i >> 1] as const),
      });
      arm();
      queue.worker({ concurrency: 16, claimBatch: 16 }).start();
      expect(await queue.waitForRun(receipt.runId)).toMatchObject({ status: "done", done: 200 });
      expect(await queue.selfCheck()).toMatchObject({ equal: true, memory: [] });
      expect(await queue.audit()).toMatchObject({
        jobs: 200,
        doneOnce: true,
        ordered: true,
        violations: [],
      });
      await queue.close();
    },
  );

  it("stores a submission or rejects it when its commit is in doubt, and never half of it", async () => {
    for (const [step, stored] of [
      ["lane.commit", false],
      ["lane.committed", true],
    ] as const) {
      rmSync(path, { force: true });
      const { queue, arm } = await openWithFailure(step);
      arm();
      const submitted = await queue.submit({ nodes: nodes(4), edges: DIAMOND }).then(
        () => true,
        () => false,
      );
      expect(submitted).toBe(stored);
      expect(
        await queue.sql(
          "SELECT (SELECT count(*) FROM jobs)::INTEGER AS jobs, (SELECT count(*) FROM job_dependencies)::INTEGER AS edges",
        ),
      ).toEqual([stored ? { jobs: 4, edges: 4 } : { jobs: 0, edges: 0 }]);
      expect(await queue.selfCheck()).toMatchObject({ equal: true });
      await queue.close();
    }
  });

  it("never gives an id out a second time, also after a crash", async () => {
    const first = await openWithEcho();
    const before = await first.submit({ nodes: nodes(3) });
    await first.close();
    const second = await openWithEcho();
    const after = await second.submit({ nodes: nodes(3) });
    expect(after.firstJobId).toBe(before.firstJobId + 3);
    await second.close();
  });
});
