/** DAGs, row by row of the engine's promises: trigger rules, results, sub-runs, dynamic nodes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expand, map, type Queue, type TriggerName } from "../../src/engine/index.ts";
import { queueBench, states } from "../support/open-queue.ts";

const bench = queueBench();

async function openWithTasks(): Promise<Queue> {
  const queue = await bench.open();
  queue.task("value", (args: unknown) => args);
  queue.task("fail", () => {
    throw new Error("no");
  });
  return queue;
}

const job = (name: string, task: string, more = {}) => ({ name, task, maxAttempts: 1, ...more });

describe("G2: trigger rules", () => {
  /** How the child of a rule ends, whose parents end as given. */
  const TABLE: [TriggerName, string, string, string, string, string][] = [
    // rule, [done done], [done failed], [failed failed], [done skipped], [skipped skipped]
    ["all_success", "done", "skipped", "skipped", "skipped", "skipped"],
    ["one_success", "done", "done", "skipped", "done", "skipped"],
    ["all_failed", "skipped", "skipped", "done", "skipped", "skipped"],
    ["all_done", "done", "done", "done", "done", "done"],
    ["all_done_min_one_success", "done", "done", "skipped", "done", "skipped"],
    ["all_skipped", "skipped", "skipped", "skipped", "skipped", "done"],
    ["one_failed", "skipped", "done", "done", "skipped", "skipped"],
    ["one_done", "done", "done", "done", "done", "skipped"],
    ["none_failed", "done", "skipped", "skipped", "done", "done"],
    ["none_failed_min_one_success", "done", "skipped", "skipped", "done", "skipped"],
    ["none_skipped", "done", "done", "done", "skipped", "skipped"],
    ["always", "done", "done", "done", "done", "done"],
    ["at_least(1)", "done", "done", "skipped", "done", "skipped"],
    ["at_least(2)", "done", "skipped", "skipped", "skipped", "skipped"],
  ];

  it.each(TABLE)("G2: %s ends as its parents say", async (trigger, ...ends) => {
    const queue = await openWithTasks();
    const pairs = ["dd", "df", "ff", "ds", "ss"];
    // d: done, f: failed, s: skipped by a rule, because its own parent did not fail.
    const nodes = pairs.flatMap((pair, index) => [
      ...[...pair].map((end, side) =>
        job(
          `${index}.${side}`,
          end === "f" ? "fail" : "value",
          end === "s" ? { trigger: "one_failed" } : {},
        ),
      ),
      job(`${index}.child`, "value", { trigger }),
    ]);
    const edges = pairs.flatMap((pair, index) => [
      ...[...pair].flatMap((end, side) =>
        end === "s" ? [[`${index}.${side}`, "root"] as const] : [],
      ),
      [`${index}.child`, `${index}.0`] as const,
      [`${index}.child`, `${index}.1`] as const,
    ]);
    const { runId } = await queue.submit({ nodes: [job("root", "value"), ...nodes], edges });
    queue.worker({ concurrency: 3 }).start();
    await queue.waitForRun(runId);
    const rows = await queue.sql(
      "SELECT name, state FROM job_state WHERE name LIKE '%.child' ORDER BY id",
    );
    expect(rows.map(({ state }) => state)).toEqual(ends);
    expect(await queue.selfCheck()).toMatchObject({ equal: true, memory: [] });
  });

  it("G2: every skip says why, and because of whom", async () => {
    const queue = await openWithTasks();
    const { runId } = await queue.submit({
      nodes: [
        job("a", "fail"),
        job("b", "value"),
        job("c", "value"),
        job("d", "value", { trigger: "all_failed" }),
      ],
      edges: [
        ["b", "a"],
        ["c", "b"],
        ["d", "c"],
        ["d", "a"],
      ],
    });
    queue.worker().start();
    expect(await queue.waitForRun(runId)).toMatchObject({
      status: "done",
      failed: 1,
      skipped: 2,
      done: 1,
    });
    expect(
      await queue.sql(
        "SELECT job_id, cause, by_job FROM transitions WHERE state = 5 ORDER BY job_id",
      ),
    ).toEqual([
      { job_id: 2n, cause: 2, by_job: 1n },
      { job_id: 3n, cause: 2, by_job: 1n },
    ]);
  });

  it("G2: refuses at_least(k) that the parents can never satisfy", async () => {
    const queue = await openWithTasks();
    const nodes = [job("a", "value"), job("b", "value", { trigger: "at_least(2)" })];
    await expect(queue.submit({ nodes, edges: [["b", "a"]] })).rejects.toMatchObject({
      message: expect.stringContaining('node "b"'),
    });
  });
});

describe("G4: results", () => {
  it("G4: a handler sees its parents' results by name, and how the others ended", async () => {
    const queue = await openWithTasks();
    const seen: unknown[] = [];
    queue.task("look", async (_, context) => {
      seen.push(await context.upstream<number>("a"), await context.upstream("bad"));
      seen.push(await context.upstreamAll());
      seen.push(
        (await context.upstreamCompleted()).map(({ name, state, value }) => [name, state, value]),
      );
      await expect(context.upstream("gone")).rejects.toMatchObject({ code: "UNKNOWN_PARENT" });
    });
    const { runId } = await queue.submit({
      nodes: [
        job("a", "value", { args: 41 }),
        job("b", "value", { args: { x: [1] } }),
        job("bad", "fail"),
        job("look", "look", { trigger: "all_done" }),
      ],
      edges: [
        ["look", "a"],
        ["look", "b"],
        ["look", "bad"],
      ],
    });
    queue.worker().start();
    expect(await queue.waitForRun(runId)).toMatchObject({ done: 3, failed: 1 });
    expect(seen).toEqual([
      41,
      undefined,
      { a: 41, b: { x: [1] } },
      [
        ["a", "done", 41],
        ["b", "done", { x: [1] }],
        ["bad", "failed", { name: "Error", message: "no" }],
      ],
    ]);
  });
});

describe("G5: sub-runs", () => {
  it("G5: a node waits for the run that it expands to, and its children see the results", async () => {
    const queue = await openWithTasks();
    const seen: unknown[] = [];
    queue.task("sub", () =>
      expand({
        nodes: [job("x", "value", { args: 1 }), job("y", "value", { args: 2 })],
        edges: [["y", "x"]],
      }),
    );
    queue.task("look", async (_, context) => {
      seen.push(await context.upstream("sub"));
    });
    const { runId } = await queue.submit({
      nodes: [job("sub", "sub"), job("look", "look")],
      edges: [["look", "sub"]],
    });
    queue.worker().start();
    expect(await queue.waitForRun(runId)).toMatchObject({ status: "done", done: 2, jobs: 2 });
    expect(await queue.run(runId + 1)).toMatchObject({ status: "done", done: 2 });
    expect(seen).toEqual([{ x: 1, y: 2 }]);
    expect(
      await queue.sql("SELECT id, parent_job_id, parent_attempt FROM dag_runs ORDER BY id"),
    ).toEqual([
      { id: 1n, parent_job_id: 0n, parent_attempt: 0 },
      { id: 2n, parent_job_id: 1n, parent_attempt: 1 },
    ]);
  });

  it("G5: the failure of a sub-run fails its node, whose retry makes a new run", async () => {
    const queue = await openWithTasks();
    queue.task("sub", (_, { attempt }) =>
      expand({ nodes: [job("only", attempt === 1 ? "fail" : "value")] }),
    );
    const { runId } = await queue.submit({
      nodes: [job("sub", "sub", { maxAttempts: 2, backoffMs: 0 })],
    });
    queue.worker().start();
    expect(await queue.waitForRun(runId)).toMatchObject({ status: "done", done: 1 });
    expect(await queue.run(2)).toMatchObject({ status: "failed" });
    expect(await queue.run(3)).toMatchObject({ status: "done" });
  });

  it("G5: a cancel goes down into sub-runs of any depth, and a node waits over a reopen", async () => {
    let queue = await openWithTasks();
    const nest = (q: Queue) =>
      q.task("nest", (depth: number) =>
        expand({
          nodes: [
            depth === 0
              ? job("leaf", "value", { delayMs: 1000 })
              : job("n", "nest", { args: depth - 1 }),
          ],
        }),
      );
    nest(queue);
    const { runId } = await queue.submit({
      nodes: [job("top", "nest", { args: 3 }), job("after", "value")],
      edges: [["after", "top"]],
    });
    const worker = queue.worker();
    worker.start();
    await untilCount(queue, "expanded", 4);
    const before = await queue.selfCheck();
    expect(before.equal).toBe(true);
    await queue.close();
    queue = await openWithTasks();
    nest(queue);
    expect((await queue.selfCheck()).memory).toEqual(before.memory);
    expect(await queue.cancel({ runId })).toBe(6);
    expect(await queue.run(runId)).toMatchObject({ status: "cancelled", cancelled: 2 });
    for (let sub = 2; sub <= 5; sub++)
      expect(await queue.run(sub)).toMatchObject({ status: "cancelled" });
    expect(await queue.selfCheck()).toMatchObject({ equal: true, memory: [] });
  });

  it("G5: refuses to nest deeper than the limit", async () => {
    const queue = await bench.open({ config: { subRunMaxDepth: 2 } });
    queue.task("nest", () => expand({ nodes: [{ task: "nest", maxAttempts: 1 }] }));
    const { runId } = await queue.submit({ nodes: [{ task: "nest", maxAttempts: 1 }] });
    queue.worker().start();
    expect(await queue.waitForRun(runId)).toMatchObject({ status: "failed" });
    expect(await queue.sql("SELECT count(*)::INTEGER AS runs FROM dag_runs")).toEqual([
      { runs: 3 },
    ]);
  });
});

describe("G6: dynamic nodes", () => {
  it("G6: map runs a job for each item, and children see the list of results", async () => {
    const queue = await openWithTasks();
    const seen: unknown[] = [];
    queue.task("list", () => [3, 1, 2]);
    queue.task("double", (item: number) => item * 2);
    queue.task("each", async (_, context) =>
      map("double", (await context.upstream<number[]>("list")) ?? []),
    );
    queue.task("sum", async (_, context) => {
      seen.push(await context.upstream("each"));
    });
    const { runId } = await queue.submit({
      nodes: [job("list", "list"), job("each", "each"), job("sum", "sum")],
      edges: [
        ["each", "list"],
        ["sum", "each"],
      ],
    });
    queue.worker().start();
    expect(await queue.waitForRun(runId)).toMatchObject({ status: "done", done: 3 });
    expect(seen).toEqual([[6, 2, 4]]);
  });

  it("G6: a handler adds nodes to its own run, fenced by its token", async () => {
    const queue = await openWithTasks();
    const ids: number[][] = [];
    queue.task("grow", async (_, context) => {
      ids.push(
        await context.addNodes({
          nodes: [job("late", "value", { dependsOn: [context.jobId] }), job("later", "value")],
          edges: [["later", "late"]],
        }),
      );
    });
    const { runId } = await queue.submit({ nodes: [job("grow", "grow")] });
    queue.worker().start();
    expect(await queue.waitForRun(runId)).toMatchObject({ status: "done", jobs: 3, done: 3 });
    expect(ids).toEqual([[2, 3]]);
    expect(await queue.run(runId)).toMatchObject({ status: "done", jobs: 3 });
    expect(await states(queue)).toEqual(["1 done", "2 done", "3 done"]);
  });
});

describe("recovery of DAGs with every rule", () => {
  const RULES: TriggerName[] = [
    "all_success",
    "one_success",
    "all_failed",
    "all_done",
    "all_done_min_one_success",
    "all_skipped",
    "one_failed",
    "one_done",
    "none_failed",
    "none_failed_min_one_success",
    "none_skipped",
    "always",
  ];
  const dags = fc.integer({ min: 2, max: 14 }).chain((count) =>
    fc.record({
      edges: fc.uniqueArray(
        fc.tuple(fc.nat(count - 1), fc.nat(count - 1)).filter(([child, parent]) => parent < child),
        { maxLength: 30, selector: ([child, parent]) => child * 100 + parent },
      ),
      fails: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      rules: fc.array(fc.constantFrom(...RULES), { minLength: count, maxLength: count }),
      stopAfter: fc.nat(count),
    }),
  );

  it("the log gives the ledger that is in memory, wherever the drain stopped", async () => {
    await fc.assert(
      fc.asyncProperty(dags, async ({ edges, fails, rules, stopAfter }) => {
        const queue = await bench.open({ path: ":memory:" });
        queue.task("maybe", () => undefined);
        const nodes = fails.map((_, i) => job(`n${i}`, "maybe", { trigger: rules[i] }));
        await queue.submit({ nodes, edges });
        for (let settled = 0; settled < stopAfter; settled++) {
          const [claim] = await queue.claims.claim();
          if (claim === undefined) break;
          if (fails[claim.jobId - 1]) await queue.claims.fail(claim, new Error("no"));
          else await queue.claims.ack(claim);
        }
        expect(await queue.selfCheck()).toMatchObject({ equal: true });
        await queue.close();
      }),
      { numRuns: 40 },
    );
  });
});

async function untilCount(queue: Queue, state: string, count: number): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    const now = await states(queue);
    if (now.filter((line) => line.endsWith(` ${state}`)).length === count) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("it never came to that");
}

describe("G3: atomic submit", () => {
  it("G3: of a submission that fails nothing is stored, wherever it fails; of one that resolves all of it", async () => {
    const queue = await openWithTasks();
    const none = await queue.counts();
    const nodes = [job("a", "value"), job("b", "value"), job("c", "value")];
    const edges: [string, string][] = [
      ["b", "a"],
      ["c", "b"],
    ];
    function* endsEarly() {
      yield* nodes;
      throw new Error("the source of the nodes broke off");
    }
    await expect(queue.submit({ nodes: endsEarly(), edges })).rejects.toThrow("broke off");
    const unknown = { dependsOn: [12_345_678] };
    const submissions = [
      { nodes: [...nodes, job("d", "value", unknown)], edges },
      { nodes: [...nodes, job("a", "value")], edges },
      { nodes, edges: [...edges, ["a", "c"] as [string, string]] },
    ];
    const codes: unknown[] = [];
    for (const submission of submissions)
      await queue.submit(submission).catch(({ code }) => codes.push(code));
    expect(codes).toEqual(["UNKNOWN_PARENT", "DUPLICATE_NODE", "CYCLE"]);
    expect(await queue.counts()).toEqual(none);
    await queue.submit({ nodes, edges });
    expect(await queue.counts()).toMatchObject({ jobs: none.jobs + 3, edges: none.edges + 2 });
  });
});

describe("G1: DAGs", () => {
  it("G1: edges go by name or by id, in any order, and repeats count once", async () => {
    const queue = await bench.open();
    queue.task("t", (n: number) => n);
    const before = await queue.enqueue({ task: "t", args: 0 });
    const { runId, edges } = await queue.submit({
      nodes: [
        { name: "last", task: "t", args: 3 },
        { name: "first", task: "t", args: 1, dependsOn: [before] },
        { task: "t", args: 2 },
      ],
      edges: [
        ["last", "first"],
        ["last", 2],
        [2, "first"],
        ["last", "first"],
      ],
    });
    expect(edges).toBe(4);
    queue.worker().start();
    expect(await queue.waitForRun(runId)).toMatchObject({ status: "done", jobs: 3, done: 3 });
    const order = await queue.sql("SELECT job_id::INT AS id FROM attempts ORDER BY id");
    expect(order).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }]);
    expect(await queue.audit(runId)).toMatchObject({ ordered: true, violations: [] });
  });

  it("G1: cycles are spelled out; duplicates, unknown parents and empty DAGs are refused, and nothing is stored", async () => {
    const queue = await bench.open();
    queue.task("t", () => null);
    const node = (name: string) => ({ name, task: "t" });
    const nodes = [node("a"), node("b"), node("c")];
    const cycle: [string, string][] = [
      ["b", "a"],
      ["c", "b"],
      ["a", "c"],
    ];
    await expect(queue.submit({ nodes, edges: cycle })).rejects.toMatchObject({
      name: "InputError",
      message: expect.stringMatching(/cycle.*a.*b.*c|cycle.*c.*b.*a|cycle.*b.*/),
    });
    for (const wrong of [
      { nodes: [] },
      { nodes: [node("a"), node("a")] },
      { nodes, edges: [["a", "gone"]] as [string, string][] },
      { nodes: [{ task: "t", dependsOn: [99] }] },
    ])
      await expect(queue.submit(wrong)).rejects.toMatchObject({ name: "InputError" });
    expect(await queue.counts()).toEqual({ jobs: 0, edges: 0, transitions: 0 });
  });
});
