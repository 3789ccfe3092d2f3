/** One test for each fault of the reference design: none of them can come back. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Claim, expand, type Queue } from "../../src/engine/index.ts";
import { latch, queueBench, states } from "../support/open-queue.ts";
import { ENGINE } from "../support/other-process.ts";
import { until } from "../support/until.ts";

const bench = queueBench();
const SIGNALLED = fileURLToPath(new URL("../support/ends-on-signals.mjs", import.meta.url));

async function open(options = {}): Promise<Queue> {
  const queue = await bench.open(options);
  queue.task("ok", () => undefined);
  queue.task("bad", () => {
    throw new Error("no");
  });
  return queue;
}

const one = async (queue: Queue): Promise<Claim> => ((await queue.claims.claim()) as [Claim])[0];

describe("§8: faults of the reference design", () => {
  it("§8: a child never runs as a root: jobs and edges are one commit, also when it fails", async () => {
    // The first commit reserves the ids; the second one is the run's.
    let commits = 0;
    const queue = await open({
      gate: async (point: string) => {
        if (point === "lane.commit" && ++commits === 2) throw new Error("planted");
      },
    });
    const dag = { nodes: [{ task: "ok" }, { task: "ok" }], edges: [[1, 0]] as [number, number][] };
    await expect(queue.submit(dag)).rejects.toThrow("planted");
    expect(await queue.claims.claim({ limit: 9 })).toEqual([]);
    await queue.submit(dag);
    expect((await queue.claims.claim({ limit: 9 })).length).toBe(1);
  });

  it("§8: neither a claim nor an enqueue scans: they send no query", async () => {
    const queue = await open();
    await queue.enqueueAll(Array.from({ length: 500 }, () => ({ task: "ok" })));
    await queue.claims.claim();
    const before = queue.stats();
    await queue.enqueue({ task: "ok" });
    await queue.claims.claim({ limit: 100 });
    const after = queue.stats();
    // BEGIN, an appender flush and COMMIT, twice.
    expect(after.statements - before.statements).toBe(6);
    expect(after.commits - before.commits).toBe(2);
  });

  it("§8: two claimers at once both get jobs; there is no conflict to lose", async () => {
    const queue = await open();
    await queue.enqueueAll([{ task: "ok" }, { task: "ok" }]);
    const [a, b] = await Promise.all([queue.claims.claim(), queue.claims.claim()]);
    expect([a?.[0]?.jobId, b?.[0]?.jobId]).toEqual([1, 2]);
    expect(queue.stats().conflicts).toBe(0);
  });

  it("§8: concurrency 4 runs four handlers at a time", async () => {
    const queue = await open();
    const held = latch();
    let running = 0;
    queue.task("hold", async () => {
      running++;
      await held.opened;
    });
    await queue.enqueueAll(Array.from({ length: 6 }, () => ({ task: "hold" })));
    queue.worker({ concurrency: 4 }).start();
    await until(() => running === 4);
    expect(queue.stats()).toMatchObject({ claimed: 4, ready: 2 });
    held.open();
    await queue.idle();
    expect(running).toBe(6);
  });

  it("§8: a crash on the last attempt leaves nothing claimed for ever", async () => {
    let queue = await open();
    await queue.enqueue({ task: "ok", maxAttempts: 1 });
    for (let crashes = 0; crashes < 2; crashes++) {
      expect(await queue.claims.claim()).toHaveLength(1);
      await queue.close();
      queue = await open();
    }
    expect(queue.stats()).toMatchObject({ claimed: 0, ready: 0 });
    expect((await queue.deadLetters.list())[0]).toMatchObject({ jobId: 1, cause: "crash" });
  });

  it("§8: neither nack nor ack touches a job that has ended, or that another attempt holds", async () => {
    const queue = await open();
    await queue.enqueue({ task: "ok" });
    const first = await one(queue);
    await queue.claims.nack(first);
    bench.clock.advance(0);
    const second = await one(queue);
    expect(second).toMatchObject({ jobId: 1, attempt: 2 });
    await expect(queue.claims.ack(first)).rejects.toMatchObject({ code: "STALE_TOKEN" });
    await queue.claims.ack(second);
    await expect(queue.claims.nack(second)).rejects.toMatchObject({ code: "STALE_TOKEN" });
    expect(await states(queue)).toEqual(["1 done"]);
  });

  it("§8: ack checks its owner in the transaction that settles: nothing comes between the two", async () => {
    const queue = await open();
    await queue.enqueueAll([{ task: "ok" }, { task: "ok" }]);
    const [first, second] = await queue.claims.claim({ limit: 2 });
    if (first === undefined || second === undefined) throw new Error("two jobs are ready");
    // In one turn, so that all of it is in one commit: whoever comes first has the job.
    const ends = await Promise.allSettled([
      queue.cancel({ jobId: 1 }),
      queue.claims.ack(first),
      queue.claims.ack(second),
      queue.cancel({ jobId: 2 }),
    ]);
    expect(ends).toMatchObject([
      { value: 1 },
      { reason: { code: "STALE_TOKEN" } },
      { status: "fulfilled" },
      { value: 0 },
    ]);
    expect(await states(queue)).toEqual(["1 cancelled", "2 done"]);
    expect(queue.stats().staleSettles).toBe(1);
    expect(await queue.selfCheck()).toMatchObject({ equal: true });
  });

  it("§8: signal handlers do not overwrite each other: one signal reaches every queue of a process", async () => {
    const child = spawn(process.execPath, [SIGNALLED, ENGINE, dirname(bench.path), "0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      const before = text.split("\n").length;
      text += part;
      // Both handlers run.
      if (before <= 2 && text.split("\n").length > 2) child.kill("SIGTERM");
    });
    const [, signal] = await once(child, "close");
    expect(text.split("\n").sort()).toEqual([
      "",
      "a shutdown",
      "a started",
      "b shutdown",
      "b started",
    ]);
    // It ends by the signal, as without us.
    expect(signal).toBe("SIGTERM");
    for (const name of ["a", "b"]) {
      const queue = await bench.open({ path: join(dirname(bench.path), `${name}.db`) });
      expect(queue.stats()).toMatchObject({ ready: 1, claimed: 0 });
    }
  });

  it("§8: worker ids never collide, over reopens too", async () => {
    const ids: number[] = [];
    for (let opening = 0; opening < 3; opening++) {
      const queue = await open();
      ids.push(queue.worker().id, queue.worker().id);
      await queue.close();
    }
    expect(new Set(ids).size).toBe(6);
  });

  it("§8: a missing parent is an error for every rule", async () => {
    const queue = await open();
    for (const trigger of ["all_success", "one_success", "always"] as const)
      await expect(queue.enqueue({ task: "ok", dependsOn: [9], trigger })).rejects.toMatchObject({
        code: "UNKNOWN_PARENT",
      });
    expect(await queue.counts()).toMatchObject({ jobs: 0 });
  });

  it("§8: a child that is added after its parent failed is decided at once", async () => {
    const queue = await open();
    await queue.enqueue({ task: "bad", maxAttempts: 1 });
    queue.worker().start();
    await queue.idle();
    await queue.enqueueAll([
      { task: "ok", dependsOn: [1] },
      { task: "ok", dependsOn: [1], trigger: "one_failed" },
    ]);
    await queue.idle();
    expect(await states(queue)).toEqual(["1 failed", "2 skipped", "3 done"]);
  });

  it("§8: a timeout over a minute is kept as well as one under it", async () => {
    const queue = await open();
    queue.task("deaf", () => new Promise(() => undefined));
    await queue.enqueue({ task: "deaf", timeoutMs: 90_000, maxAttempts: 1 });
    queue.worker().start();
    let isRunning = false;
    queue.on("claimed", () => {
      isRunning = true;
    });
    await until(() => isRunning);
    await new Promise((resolve) => setImmediate(resolve));
    bench.clock.advance(89_999);
    expect(queue.stats().claimed).toBe(1);
    bench.clock.advance(1);
    await queue.idle();
    expect((await queue.deadLetters.list())[0]).toMatchObject({ cause: "timeout" });
  });

  it("§8: the end of one job's context closes nothing that others use", async () => {
    const queue = await open();
    queue.task("ends", async (_, context) => {
      await context.enqueue({ task: "ok" });
    });
    await queue.enqueueAll([{ task: "ends" }, { task: "ends" }]);
    queue.worker({ concurrency: 1 }).start();
    await queue.idle();
    expect(await states(queue)).toEqual(["1 done", "2 done", "3 done", "4 done"]);
  });

  it("§8: two sub-runs at once each know their own node", async () => {
    const queue = await open();
    queue.task("sub", () => expand({ nodes: [{ task: "ok" }] }));
    const { runId } = await queue.submit({
      nodes: [
        { name: "x", task: "sub" },
        { name: "y", task: "sub" },
      ],
    });
    queue.worker().start();
    await queue.runs.wait(runId);
    const { children } = await queue.runs.tree(runId);
    expect(children.map(({ parent }) => parent?.jobId)).toEqual([1, 2]);
  });

  it("§8: a run ends by itself: nobody has to ask for its status", async () => {
    const queue = await open();
    const ended: string[] = [];
    queue.on("run", ({ runId, status }) => ended.push(`${runId} ${status}`));
    await queue.submit({ nodes: [{ task: "ok" }] });
    queue.worker().start();
    await queue.idle();
    expect(ended).toEqual(["1 done"]);
  });

  it("§8: the edges of a Mermaid picture name its boxes", async () => {
    const queue = await open();
    const { runId } = await queue.submit({
      nodes: [
        { name: "a-b", task: "ok" },
        { name: "a_b", task: "ok" },
      ],
      edges: [["a_b", "a-b"]],
    });
    const text = (await queue.runs.graph(runId)).toMermaid();
    const boxes = [...text.matchAll(/^ {2}(n\d+)\[/gm)].map(([, id]) => id);
    const ends = [...text.matchAll(/^ {2}(n\d+) --> (n\d+)$/gm)].flatMap(([, a, b]) => [a, b]);
    expect(boxes).toEqual(["n1", "n2"]);
    expect(ends).toEqual(["n1", "n2"]);
  });

  it("§8: nothing that is stored is ever run as code", async () => {
    const queue = await open();
    const seen: unknown[] = [];
    queue.task("echo", (args: unknown) => {
      seen.push(args);
    });
    const args = { __proto__x: "() => process.exit(1)", code: "require('fs')" };
    await queue.enqueue({ task: "echo", args });
    queue.worker().start();
    await queue.idle();
    expect(seen).toEqual([args]);
  });

  it("§8: all six wrong values of a configuration are told at once", async () => {
    await expect(
      bench.open({
        config: {
          maxAttempts: 0,
          timeoutMs: -1,
          leaseMs: 1.5,
          concurrency: "many" as never,
          threads: Number.NaN,
          spelling: 1,
        } as never,
      }),
    ).rejects.toMatchObject({ code: "BAD_CONFIG", problems: { length: 6 } });
  });
});

describe("G1: builder", () => {
  it("G1: builds a DAG node by node, with types and with names that come later", async () => {
    const queue = await open();
    const size = queue.task("size", (text: string) => text.length);
    const dag = queue.dag("sizes");
    const first = dag.node("first", size, "four");
    const seen: unknown[] = [];
    queue.task("show", async (_: null, context) => {
      const length: number | undefined = await context.upstream(first);
      seen.push(length);
    });
    dag.node("last", "show", null, { after: [first, "middle"] });
    dag.node("middle", size, "abc", { after: [first], priority: 9 });
    const { runId } = await dag.submit();
    queue.worker().start();
    expect(await queue.runs.wait(runId)).toMatchObject({ status: "done", done: 3 });
    expect(seen).toEqual([4]);
    expect((await queue.runs.graph(runId)).levels().map((level) => level.length)).toEqual([
      1, 1, 1,
    ]);
    const cyclic = queue.dag("cyclic");
    cyclic.node("a", size, "", { after: ["b"] });
    cyclic.node("b", size, "", { after: ["a"] });
    await expect(cyclic.submit()).rejects.toMatchObject({ code: "CYCLE" });
  });
});
