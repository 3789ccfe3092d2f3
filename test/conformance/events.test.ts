/** What the queue tells by itself on every store: events, the log, pressure; and the ways to let a queue run empty. */
import { describe, expect, it } from "vitest";
import { type Claim, expand, type JobEvent, type PressureEvent } from "../../src/engine/index.ts";
import { latch, queueBench, states } from "../support/open-queue.ts";
import { until } from "../support/until.ts";

const bench = queueBench();

describe("Q13: events", () => {
  it("Q13: tells every change of every job once, in order, after the commit that holds it", async () => {
    const queue = await bench.open();
    const told: string[] = [];
    const runs: string[] = [];
    queue.on("job", ({ type, jobId, attempt }) => told.push(`${jobId}/${attempt} ${type}`));
    queue.on("run", ({ runId, status }) => runs.push(`${runId} ${status}`));
    queue.task("ok", () => 1);
    queue.task("bad", () => {
      throw new Error("no");
    });
    queue.task("sub", () => expand({ nodes: [{ task: "ok" }] }));
    const { runId } = await queue.submit({
      nodes: [
        { name: "a", task: "ok" },
        { name: "b", task: "bad", maxAttempts: 2, backoffMs: 100 },
        { name: "c", task: "ok" },
      ],
      edges: [
        ["b", "a"],
        ["c", "b"],
      ],
    });
    queue.worker().start();
    await queue.idle();
    bench.clock.advance(100);
    await queue.runs.wait(runId);
    await queue.submit({ nodes: [{ task: "sub" }] });
    await queue.idle();
    const later = await queue.enqueue({ task: "ok", delayMs: 50 });
    await queue.cancel({ jobId: later });
    await queue.pause("default");
    await queue.deadLetters.redrive(2);
    await queue.runs.cancel(1);
    const of = (jobId: number) =>
      told.filter((line) => line.startsWith(`${jobId}/`)).map((line) => line.slice(2));
    expect([1, 2, 3, 4, 5, 6].map(of)).toEqual([
      ["0 enqueued", "0 ready", "1 claimed", "1 done"],
      [
        ...["0 enqueued", "0 ready", "1 claimed", "1 delayed", "1 ready", "2 claimed", "2 failed"],
        ...["2 redriven", "2 ready", "2 cancelled"],
      ],
      ["0 enqueued", "0 skipped", "0 redriven", "0 cancelled"],
      ["0 enqueued", "0 ready", "1 claimed", "1 expanded", "1 done"],
      ["0 enqueued", "0 ready", "1 claimed", "1 done"],
      ["0 enqueued", "0 cancelled"],
    ]);
    expect(told.indexOf("1/1 done")).toBeLessThan(told.indexOf("2/0 ready"));
    expect(told.indexOf("2/2 failed")).toBeLessThan(told.indexOf("3/0 skipped"));
    expect(told.indexOf("5/1 done")).toBeLessThan(told.indexOf("4/1 done"));
    await until(() => runs.length >= 3);
    expect(runs.slice(0, 3)).toEqual(["1 failed", "3 done", "2 done"]);
  });

  it("Q13: says how long a job waited and ran, why it ended, and with what", async () => {
    const queue = await bench.open();
    const events: JobEvent[] = [];
    const stop = queue.on("delayed", (event) => events.push(event));
    queue.on("claimed", (event) => events.push(event));
    queue.task("t", () => undefined);
    await queue.enqueue({ task: "t", queue: "q", backoffMs: 100 });
    bench.clock.advance(30);
    const [claim] = (await queue.claims.claim({ queues: ["q"] })) as [Claim];
    bench.clock.advance(12);
    await queue.claims.fail(claim, new RangeError("no"));
    expect(events).toMatchObject([
      {
        type: "claimed",
        jobId: 1,
        queue: "q",
        task: "t",
        runId: 0,
        tookMs: 30,
        workerId: expect.any(Number),
      },
      {
        type: "delayed",
        cause: "handlerError",
        tookMs: 12,
        dueMs: bench.clock.now() + 100,
        payload: '{"name":"RangeError","message":"no"}',
      },
    ]);
    stop();
    stop();
    bench.clock.advance(100);
    const [again] = (await queue.claims.claim({ queues: ["q"] })) as [Claim];
    await queue.claims.fail(again, new Error("no"));
    expect(events.map(({ type }) => type)).toEqual(["claimed", "delayed", "claimed"]);
    expect(() => queue.on("dun" as never, () => undefined)).toThrow(/no event "dun"/);
  });

  it("Q13: logs one line for each attempt that ends, and none for anything else", async () => {
    const lines: string[] = [];
    const queue = await bench.open({ logger: (line) => lines.push(line) });
    queue.task("flaky", (_, context) => {
      context.log(`try ${context.attempt}`);
      if (context.attempt === 1) throw new Error("no");
      return 1;
    });
    await queue.enqueueAll([
      { task: "flaky", backoffMs: 100 },
      { task: "flaky", delayMs: 60_000 },
    ]);
    queue.worker().start();
    await queue.idle();
    bench.clock.advance(100);
    await queue.idle();
    await queue.cancel({ jobId: 2 });
    expect(lines).toEqual([
      "flaky 1/1: try 1",
      '2026-01-01T00:00:00.000Z delayed flaky 1/1 queue=default took=0ms cause=handlerError due=2026-01-01T00:00:00.100Z error={"name":"Error","message":"no"}',
      "flaky 1/2: try 2",
      "2026-01-01T00:00:00.100Z done flaky 1/2 queue=default took=0ms",
    ]);
  });
});

describe("Q10: pressure", () => {
  it("Q10: warns once when too many jobs wait, and again after fewer did", async () => {
    const queue = await bench.open({
      config: { backpressureWarnJobs: 2, backpressureRefuseJobs: 5 },
    });
    queue.task("t", () => undefined);
    const warnings: PressureEvent[] = [];
    queue.on("pressure", (event) => warnings.push(event));
    const enqueue = (count: number) =>
      queue.enqueueAll(Array.from({ length: count }, () => ({ task: "t" })));
    await enqueue(1);
    await enqueue(1);
    await enqueue(1);
    expect(warnings).toEqual([{ waitingJobs: 2, warnJobs: 2, refuseJobs: 5 }]);
    await queue.claims.claim({ limit: 3 });
    await enqueue(1);
    await enqueue(2);
    expect(warnings.map(({ waitingJobs }) => waitingJobs)).toEqual([2, 3]);
  });
});

describe("Q12: drain", () => {
  it("Q12: what a handler of a queue that is drained enqueues is part of its work", async () => {
    const queue = await bench.open();
    const { opened, open } = latch();
    queue.task("parent", async (_, ctx) => {
      await opened;
      return await ctx.enqueue({ task: "child", queue: "mail" });
    });
    queue.task("child", () => "sent");
    await queue.enqueue({ task: "parent", queue: "mail" });
    queue.worker({ queues: ["mail"] }).start();
    const drained = queue.drain("mail");
    open();
    await drained;
    expect(await states(queue)).toEqual(["1 done", "2 done"]);
    await expect(queue.enqueue({ task: "child", queue: "mail" })).rejects.toMatchObject({
      code: "QUEUE_DRAINING",
    });
  });

  it("Q12: a queue that is drained refuses callers, runs what it has, and is done when that has ended", async () => {
    const queue = await bench.open();
    const { opened, open } = latch();
    queue.task("wait", () => opened);
    await queue.enqueueAll(
      [
        { task: "wait", queue: "mail" },
        { task: "wait", queue: "mail", delayMs: 500 },
        { task: "wait", queue: "mail", dependsOn: [1] },
      ].slice(0, 2),
    );
    await queue.enqueue({ task: "wait", queue: "mail", dependsOn: [1] });
    queue.worker({ queues: ["mail"] }).start();
    let isDrained = false;
    const drained = queue.drain("mail").then(() => {
      isDrained = true;
    });
    await expect(queue.enqueue({ task: "wait", queue: "mail" })).rejects.toMatchObject({
      code: "QUEUE_DRAINING",
    });
    await expect(
      queue.submit({ nodes: [{ task: "wait" }, { task: "wait", queue: "mail" }] }),
    ).rejects.toMatchObject({ code: "QUEUE_DRAINING" });
    expect(await queue.enqueue({ task: "wait" })).toBe(4);
    open();
    await until(async () => (await queue.job(3))?.state === "done");
    expect(isDrained).toBe(false);
    bench.clock.advance(500);
    await drained;
    expect((await queue.job(2))?.state).toBe("done");
    await queue.resume("mail");
    expect(await queue.enqueue({ task: "wait", queue: "mail" })).toBe(5);
  });
});
