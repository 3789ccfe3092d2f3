/** Dead letters and the control of runs: what failed comes back, what is done stays done. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Claim,
  type DagInput,
  expand,
  type Queue,
  type TriggerName,
} from "../../src/engine/index.ts";
import { queueBench, states } from "../support/open-queue.ts";

const bench = queueBench();

/** A queue whose task `maybe` fails while its name is in `broken`. */
async function openBreakable(broken: Set<string>, options = {}): Promise<Queue> {
  const queue = await bench.open(options);
  queue.task("maybe", (name: string) => {
    if (broken.has(name)) throw new TypeError(`${name} is broken`);
    return name;
  });
  return queue;
}

const node = (name: string, more = {}) => ({
  name,
  task: "maybe",
  args: name,
  maxAttempts: 1,
  ...more,
});

/** Settles up to `count` jobs one by one; those whose place in `fails` is true fail. */
async function drainByHand(queue: Queue, count: number, fails: readonly boolean[]): Promise<void> {
  for (let settled = 0; settled < count; settled++) {
    const [claim] = (await queue.claims.claim()) as [Claim?];
    if (claim === undefined) return;
    if (fails[claim.jobId - 1]) await queue.claims.fail(claim, new Error("no"));
    else await queue.claims.ack(claim);
  }
}

const CHAIN: DagInput = {
  name: "chain",
  nodes: [node("a"), node("b"), node("c"), node("d"), node("side", { trigger: "one_failed" })],
  edges: [
    ["b", "a"],
    ["c", "b"],
    ["d", "c"],
    ["side", "b"],
  ],
};

describe("Q7: dead letters", () => {
  it("Q7: lists them, the newest first, by queue, task and time, and inspects one with every attempt's error", async () => {
    const queue = await openBreakable(new Set(["x", "y"]));
    await queue.enqueueAll([
      { ...node("x"), maxAttempts: 2, backoffMs: 50 },
      { ...node("y"), queue: "mail" },
      node("fine"),
    ]);
    queue.worker({ queues: ["default", "mail"] }).start();
    await queue.idle();
    const half = new Date(bench.clock.now() + 25);
    bench.clock.advance(50);
    await queue.idle();
    const letters = await queue.deadLetters.list();
    expect(letters.map(({ jobId, attempts, cause }) => ({ jobId, attempts, cause }))).toEqual([
      { jobId: 1, attempts: 2, cause: "handlerError" },
      { jobId: 2, attempts: 1, cause: "handlerError" },
    ]);
    const ids = async (filter: object) =>
      (await queue.deadLetters.list(filter)).map(({ jobId }) => jobId);
    expect(await ids({ queue: "mail" })).toEqual([2]);
    expect(await ids({ since: half })).toEqual([1]);
    expect(await ids({ before: half })).toEqual([2]);
    expect(await ids({ limit: 1 })).toEqual([1]);
    expect(await ids({ task: "other" })).toEqual([]);
    const job = await queue.deadLetters.inspect(1);
    expect(job).toMatchObject({ state: "failed", args: '"x"', maxAttempts: 2 });
    expect(
      job.attempts.map(({ attempt, outcome, payload }) => [attempt, outcome, payload]),
    ).toEqual([
      [1, "delayed", '{"name":"TypeError","message":"x is broken"}'],
      [2, "failed", '{"name":"TypeError","message":"x is broken"}'],
    ]);
    expect(job.attempts.map(({ claimedAt }) => claimedAt.getTime() - bench.clock.now())).toEqual([
      -50, 0,
    ]);
    await expect(queue.deadLetters.inspect(3)).rejects.toThrow(/job 3 is done/i);
    await expect(queue.deadLetters.inspect(9)).rejects.toMatchObject({ code: "UNKNOWN_JOB" });
    await expect(ids({ tsk: "x" })).rejects.toThrow(/no field "tsk"/);
  });

  it("Q7: redrives one or by filter, with new tries and a higher attempt, also over a reopen", async () => {
    const broken = new Set(["x", "y", "z"]);
    let queue = await openBreakable(broken);
    await queue.enqueueAll([node("x"), node("y"), { ...node("z"), queue: "mail" }]);
    queue.worker({ queues: ["default", "mail"] }).start();
    await queue.idle();
    await queue.close();
    queue = await openBreakable(broken);
    broken.clear();
    expect(await queue.deadLetters.redrive(1)).toEqual({ redriven: [1], revived: [], refused: [] });
    expect((await queue.job(1))?.state).toBe("ready");
    expect(await queue.selfCheck()).toMatchObject({
      equal: true,
      memory: [expect.stringContaining("1 ready, attempt 1, tries 0")],
    });
    await queue.close();
    queue = await openBreakable(broken);
    await expect(queue.deadLetters.redrive(1)).rejects.toThrow(/job 1 is ready/i);
    expect((await queue.deadLetters.redrive({ queue: "mail" })).redriven).toEqual([3]);
    expect((await queue.deadLetters.redrive({})).redriven).toEqual([2]);
    queue.worker({ queues: ["default", "mail"] }).start();
    await queue.idle();
    expect(await states(queue)).toEqual(["1 done", "2 done", "3 done"]);
    expect((await queue.job(1))?.attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(await queue.audit()).toMatchObject({ doneOnce: true, violations: [] });
  });

  it("Q7: does not redrive a job whose unique key another job has by now", async () => {
    const broken = new Set(["x"]);
    const queue = await openBreakable(broken);
    await queue.enqueue({ ...node("x"), uniqueKey: "k" });
    const worker = queue.worker();
    worker.start();
    await queue.idle();
    await worker.stop();
    await queue.enqueue({ ...node("y"), uniqueKey: "k", delayMs: 1000 });
    await expect(queue.deadLetters.redrive(1)).rejects.toThrow(/job 2 has its unique key "k"/);
    expect(await queue.deadLetters.redrive({})).toMatchObject({
      redriven: [],
      refused: [{ jobId: 1 }],
    });
    await queue.cancel({ jobId: 2 });
    expect((await queue.deadLetters.redrive({})).redriven).toEqual([1]);
    await expect(queue.enqueue({ ...node("y"), uniqueKey: "k" })).rejects.toMatchObject({
      code: "DUPLICATE_JOB",
    });
    expect(await queue.selfCheck()).toMatchObject({ equal: true });
  });
});

describe("G7: run control", () => {
  it("G7: retries the failed nodes of a run; skipped ones below wait again, and done ones are not run again", async () => {
    const broken = new Set(["b"]);
    const queue = await openBreakable(broken);
    const { runId } = await queue.submit(CHAIN);
    const worker = queue.worker();
    worker.start();
    expect(await queue.runs.wait(runId)).toMatchObject({
      status: "failed",
      done: 2,
      failed: 1,
      skipped: 2,
    });
    expect(await queue.runs.progress(runId)).toBe(1);
    await worker.stop();
    broken.clear();
    expect(await queue.runs.retry(runId)).toEqual({
      redriven: [2],
      revived: [3, 4],
      refused: [],
    });
    expect(await queue.runs.status(runId)).toMatchObject({ status: "running", done: 2, failed: 0 });
    expect(await queue.runs.progress(runId)).toBe(0.4);
    worker.start();
    expect(await queue.runs.wait(runId)).toMatchObject({ status: "done", done: 5, skipped: 0 });
    expect(
      await queue.sql(
        "SELECT job_id::INTEGER AS job, count(*)::INTEGER AS claims FROM transitions WHERE state = 2 GROUP BY job_id ORDER BY 1",
      ),
    ).toEqual([1, 2, 3, 4, 5].map((job) => ({ job, claims: job === 2 ? 2 : 1 })));
    expect(await queue.selfCheck()).toMatchObject({ equal: true, memory: [] });
    await expect(queue.runs.retry(99)).rejects.toMatchObject({ code: "UNKNOWN_RUN" });
  });

  it("G7: retries cancelled nodes too where the caller asks", async () => {
    const queue = await openBreakable(new Set());
    const { runId } = await queue.submit(CHAIN);
    expect(await queue.runs.cancel(runId)).toBe(5);
    expect((await queue.runs.retry(runId)).redriven).toEqual([]);
    expect((await queue.runs.retry(runId, { cancelled: true })).redriven).toEqual([1, 2, 3, 4, 5]);
    queue.worker().start();
    expect(await queue.runs.wait(runId)).toMatchObject({ status: "done", done: 4, skipped: 1 });
  });

  it("G7: shows levels, the critical path and pictures whose edges name the boxes", async () => {
    const queue = await openBreakable(new Set(["b"]));
    const { runId } = await queue.submit({
      ...CHAIN,
      nodes: [...CHAIN.nodes, node('say "hi" <b>')],
    });
    // By hand, so that each node takes a time of its own.
    const takeMs: Record<number, number> = { 1: 10, 2: 30, 5: 5, 6: 35 };
    for (let claims = await queue.claims.claim({ limit: 9 }); claims.length > 0; ) {
      for (const claim of claims) {
        bench.clock.advance(takeMs[claim.jobId] ?? 0);
        if (claim.jobId === 2) await queue.claims.fail(claim, new Error("no"));
        else await queue.claims.ack(claim);
      }
      claims = await queue.claims.claim({ limit: 9 });
    }
    const graph = await queue.runs.graph(runId);
    expect(graph.levels().map((level) => level.map(({ name }) => name))).toEqual([
      ["a", 'say "hi" <b>'],
      ["b"],
      ["c", "side"],
      ["d"],
    ]);
    // The last node was claimed with a and ended 45 later, as long as a, b and side took together: more nodes win.
    expect(graph.criticalPath().nodes.map(({ name }) => name)).toEqual(["a", "b", "side"]);
    expect(graph.criticalPath().durationMs).toBe(45);
    expect(graph.toMermaid()).toBe(`flowchart TD
  n1["a"]:::done
  n2["b"]:::failed
  n3["c"]:::skipped
  n4["d"]:::skipped
  n5["side"]:::done
  n6["say #34;hi#34; #60;b#62;"]:::done
  n1 --> n2
  n2 --> n3
  n3 --> n4
  n2 --> n5
  classDef done fill:#86efac,stroke:#374151,color:#111827
  classDef failed fill:#fca5a5,stroke:#374151,color:#111827
  classDef skipped fill:#f3f4f6,stroke:#374151,color:#111827
`);
    expect(graph.toDot()).toContain(
      'n6 [label="say \\"hi\\" <b>", fillcolor="#86efac", tooltip="done, attempts: 1"];',
    );
    expect(graph.toDot()).toContain("n2 -> n5;");
    await expect(queue.runs.graph(9)).rejects.toMatchObject({ code: "UNKNOWN_RUN" });
  });
});

describe("G5: hierarchy", () => {
  it("G5: shows the runs below a run, and a retried node has a new child run", async () => {
    const broken = new Set(["leaf"]);
    const queue = await openBreakable(broken);
    queue.task("sub", () => expand({ name: "inner", nodes: [node("leaf")] }));
    const { runId } = await queue.submit({
      name: "outer",
      nodes: [{ name: "sub", task: "sub", maxAttempts: 1 }, node("after")],
      edges: [["after", "sub"]],
    });
    queue.worker().start();
    expect(await queue.runs.wait(runId)).toMatchObject({ status: "failed", failed: 1, skipped: 1 });
    expect(await queue.deadLetters.redrive({ task: "maybe" })).toMatchObject({
      redriven: [],
      refused: [{ jobId: 3, reason: expect.stringContaining("redrive job 1") }],
    });
    broken.clear();
    expect(await queue.runs.retry(runId)).toMatchObject({ redriven: [1], revived: [2] });
    expect(await queue.runs.wait(runId)).toMatchObject({ status: "done", done: 2 });
    const tree = await queue.runs.tree(runId);
    expect(tree).toMatchObject({ runId: 1, name: "outer", parent: null });
    expect(
      tree.children.map(({ runId: id, name, parent, status }) => [id, name, parent, status.status]),
    ).toEqual([
      [2, "inner", { jobId: 1, attempt: 1 }, "failed"],
      [3, "inner", { jobId: 1, attempt: 2 }, "done"],
    ]);
  });
});

describe("redrive and recovery", () => {
  const RULES: TriggerName[] = [
    "all_success",
    "one_success",
    "all_done",
    "one_failed",
    "none_failed",
  ];
  const dags = fc.integer({ min: 2, max: 10 }).chain((count) =>
    fc.record({
      edges: fc.uniqueArray(
        fc.tuple(fc.nat(count - 1), fc.nat(count - 1)).filter(([child, parent]) => parent < child),
        { maxLength: 20, selector: ([child, parent]) => child * 100 + parent },
      ),
      fails: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      rules: fc.array(fc.constantFrom(...RULES), { minLength: count, maxLength: count }),
      steps: fc.nat(count),
      more: fc.nat(count),
    }),
  );

  it("the log gives the ledger that is in memory after a redrive in the middle of a drain, and every job ends", async () => {
    await fc.assert(
      fc.asyncProperty(dags, async ({ edges, fails, rules, steps, more }) => {
        const queue = await bench.open({ path: ":memory:" });
        queue.task("maybe", () => undefined);
        const nodes = fails.map((_, i) => node(`n${i}`, { trigger: rules[i] }));
        const { runId } = await queue.submit({ nodes, edges });
        const drain = (count: number, fails: readonly boolean[]) =>
          drainByHand(queue, count, fails);
        await drain(steps, fails);
        const held = await queue.claims.claim();
        await queue.runs.retry(runId);
        expect(await queue.selfCheck()).toMatchObject({ equal: true });
        await drain(more, fails);
        await queue.deadLetters.redrive({});
        expect(await queue.selfCheck()).toMatchObject({ equal: true });
        for (const claim of held) await queue.claims.ack(claim);
        await drain(100, []);
        const status = await queue.runs.status(runId);
        expect(status.status).not.toBe("running");
        expect(status.done + status.failed + status.skipped).toBe(fails.length);
        expect(await queue.selfCheck()).toMatchObject({ equal: true, memory: [] });
        await queue.close();
      }),
      { numRuns: 12 },
    );
  });
});
