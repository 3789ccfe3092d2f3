/** Jobs without a run, row by row of the engine's promises: enqueue, claims, retries, leases, timeouts, cancel, keys, limits. */
import { describe, expect, it } from "vitest";
import { Abandon, type Claim, type Queue, RetryLater } from "../../src/engine/index.ts";
import { latch, queueBench, states } from "../support/open-queue.ts";

const bench = queueBench();
const NOTHING = { task: "nothing" };

async function openWithNothing(options = {}): Promise<Queue> {
  const queue = await bench.open(options);
  queue.task("nothing", () => undefined);
  return queue;
}

const ids = (claims: readonly Claim[]): number[] => claims.map(({ jobId }) => jobId);

describe("Q1: enqueue", () => {
  it("Q1: hands out higher priorities first, and lower ids inside a priority", async () => {
    const queue = await openWithNothing();
    const priorities = [50, 0, 100, 50, 100];
    const { jobIds } = await queue.enqueueAll(
      priorities.map((priority) => ({ ...NOTHING, priority })),
    );
    expect(jobIds).toEqual([1, 2, 3, 4, 5]);
    expect(ids(await queue.claims.claim({ limit: 9 }))).toEqual([3, 5, 1, 4, 2]);
  });

  it("Q1: calls that come together share one commit, in the order of the calls", async () => {
    const queue = await openWithNothing();
    const before = queue.stats().commits;
    const calls = Array.from({ length: 100 }, (_, n) => queue.enqueue({ ...NOTHING, args: { n } }));
    const jobIds = await Promise.all([...calls, queue.enqueueAll([NOTHING, NOTHING])]);
    expect(queue.stats().commits - before).toBe(1);
    const inOrder = Array.from({ length: 100 }, (_, n) => n + 1);
    expect(jobIds).toEqual([...inOrder, { jobIds: [101, 102], ignored: 0 }]);
    const claims = await queue.claims.claim({ limit: 102 });
    expect(claims.slice(0, 100).map(({ args }) => args)).toEqual(
      inOrder.map((id) => JSON.stringify({ n: id - 1 })),
    );
  });

  it("Q1: keeps a delayed job back until it is due, also over a reopen", async () => {
    let queue = await openWithNothing();
    await queue.enqueue({ ...NOTHING, delayMs: 1000 });
    await queue.enqueue({ ...NOTHING, runAt: new Date(bench.clock.now() + 500) });
    expect(await queue.claims.claim()).toEqual([]);
    await queue.close();
    bench.clock.advance(500);
    queue = await openWithNothing();
    expect(ids(await queue.claims.claim({ limit: 9 }))).toEqual([2]);
    bench.clock.advance(500);
    expect(ids(await queue.claims.claim({ limit: 9 }))).toEqual([1]);
  });

  it("Q1: waits for jobs that exist, live or ended, by its trigger rule", async () => {
    const queue = await openWithNothing();
    const first = await queue.enqueue(NOTHING);
    const [claim] = await queue.claims.claim();
    const second = await queue.enqueue({ ...NOTHING, dependsOn: [first, first] });
    expect(await queue.claims.claim()).toEqual([]);
    await queue.claims.ack(claim as Claim, "x");
    expect(ids(await queue.claims.claim())).toEqual([second]);
    const third = await queue.enqueue({ ...NOTHING, dependsOn: [first] });
    expect(ids(await queue.claims.claim())).toEqual([third]);
    await queue.enqueue({ ...NOTHING, dependsOn: [first], trigger: "one_failed" });
    expect((await states(queue)).at(-1)).toBe("4 skipped");
    expect(await queue.selfCheck()).toMatchObject({ equal: true });
  });

  it.each([
    [{ dependsOn: [99] }, "UNKNOWN_PARENT", /no job 99/],
    [{ dependsOn: [1.5] }, "UNKNOWN_PARENT", /1\.5 is no job id/],
    [{ priority: 101 }, "BAD_INPUT", /priority 101/],
    [{ delayMs: -1 }, "BAD_INPUT", /delayMs -1/],
    [{ delayMs: 1, runAt: new Date() }, "BAD_INPUT", /not both/],
    [{ runAt: new Date(Number.NaN) }, "BAD_INPUT", /valid Date/],
    [{ args: 1n }, "UNSERIALIZABLE", /JSON/],
    [{ args: "x".repeat(200) }, "ARGS_TOO_LARGE", /202 bytes/],
    [{ task: "gone" }, "UNKNOWN_TASK", /no task "gone"/],
    [{ trigger: "all_sucess" as never }, "BAD_INPUT", /no trigger rule/],
    [{ trigger: "at_least(0)" as const }, "BAD_INPUT", /asks for nothing/],
    [{ trigger: "at_least(2)" as const }, "BAD_INPUT", /2 of 0 parents/],
    [{ maxAttempts: 0 }, "BAD_INPUT", /maxAttempts 0/],
    [{ uniqueKey: "k", uniqueMs: -5 }, "BAD_INPUT", /uniqueMs -5/],
  ])("Q1: refuses %o and stores nothing", async (wrong, code, message) => {
    const queue = await openWithNothing({ config: { argsMaxBytes: 100 } });
    await expect(queue.enqueueAll([NOTHING, { ...NOTHING, ...wrong }])).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(await queue.counts()).toMatchObject({ jobs: 0 });
  });
});

describe("Q3: claim, ack, nack", () => {
  it("Q3: refuses the settle of a token that is not current, and changes nothing", async () => {
    const queue = await openWithNothing();
    await queue.enqueue(NOTHING);
    const [claim] = (await queue.claims.claim()) as [Claim];
    await expect(queue.claims.ack({ jobId: 1, attempt: 2 })).rejects.toMatchObject({
      code: "STALE_TOKEN",
    });
    await queue.claims.ack(claim);
    await expect(queue.claims.ack(claim)).rejects.toMatchObject({ code: "STALE_TOKEN" });
    await expect(queue.claims.nack(claim)).rejects.toMatchObject({ code: "STALE_TOKEN" });
    expect(queue.stats().staleSettles).toBe(3);
    expect(await states(queue)).toEqual(["1 done"]);
  });

  it("Q3: gives a job back without using up a try", async () => {
    const queue = await openWithNothing();
    await queue.enqueue({ ...NOTHING, maxAttempts: 1 });
    for (let attempt = 1; attempt <= 3; attempt++) {
      const [claim] = (await queue.claims.claim()) as [Claim];
      expect(claim.attempt).toBe(attempt);
      await queue.claims.nack(claim, 100);
      expect(await queue.claims.claim()).toEqual([]);
      bench.clock.advance(100);
    }
    expect(await queue.selfCheck()).toMatchObject({
      equal: true,
      memory: [expect.stringContaining("attempt 3, tries 0")],
    });
  });
});

describe("Q4: retries", () => {
  it("Q4: waits twice as long after each try, then dead-letters", async () => {
    const queue = await openWithNothing();
    await queue.enqueue({ ...NOTHING, maxAttempts: 3, backoffMs: 100 });
    for (const waitMs of [100, 200]) {
      const [claim] = (await queue.claims.claim()) as [Claim];
      await queue.claims.fail(claim, new Error("no"));
      bench.clock.advance(waitMs - 1);
      expect(await queue.claims.claim()).toEqual([]);
      bench.clock.advance(1);
    }
    const [last] = (await queue.claims.claim()) as [Claim];
    await queue.claims.fail(last, new Error("never"));
    expect(await queue.sql("SELECT id, error FROM dead_letter_queue")).toEqual([
      { id: 1n, error: '{"name":"Error","message":"never"}' },
    ]);
  });

  it("Q4: RetryLater leaves tries alone, and Abandon uses up all of them", async () => {
    const queue = await bench.open();
    const seen: string[] = [];
    queue.task("later", (_, { attempt }) => {
      seen.push(`later ${attempt}`);
      if (attempt === 1) throw new RetryLater(10);
    });
    queue.task("never", () => {
      throw new Abandon("pointless");
    });
    await queue.enqueueAll([{ task: "later", maxAttempts: 1 }, { task: "never" }]);
    queue.worker().start();
    await until(async () => (await states(queue))[1] === "2 failed");
    expect(await states(queue)).toEqual(["1 delayed", "2 failed"]);
    bench.clock.advance(10);
    await until(async () => (await states(queue))[0] === "1 done");
    expect(seen).toEqual(["later 1", "later 2"]);
  });

  it("Q4: runs jobs whose claim a crash voided alone, and dead-letters only the one that kills", async () => {
    const open = () => openWithNothing();
    let queue = await open();
    await queue.enqueueAll(Array.from({ length: 20 }, () => ({ ...NOTHING, maxAttempts: 2 })));
    // The process dies while it holds all; then twice while it runs job 7 alone.
    await queue.claims.claim({ limit: 20 });
    queue = await crash(queue, open);
    for (let crashes = 0; crashes < 2; crashes++) {
      for (;;) {
        const claims = await queue.claims.claim({ limit: 20 });
        expect(claims.length).toBe(1);
        expect(await queue.claims.claim({ limit: 20 })).toEqual([]);
        if (claims[0]?.jobId === 7) break;
        await queue.claims.ack(claims[0] as Claim);
      }
      queue = await crash(queue, open);
    }
    for (let left = 0; left < 13; left++) {
      const claims = await queue.claims.claim({ limit: 20 });
      await queue.claims.ack(claims[0] as Claim);
    }
    const rows = await queue.sql("SELECT id, state FROM job_state WHERE state <> 'done'");
    expect(rows).toEqual([{ id: 7n, state: "failed" }]);
    // Nothing is suspect any more: claims are batches again.
    await queue.enqueueAll([NOTHING, NOTHING]);
    expect((await queue.claims.claim({ limit: 20 })).length).toBe(2);
  });
});

/** Ends a queue as kill -9 would leave it: claims open, nothing released. */
async function crash(queue: Queue, open: () => Promise<Queue>): Promise<Queue> {
  await queue.close();
  return open();
}

describe("Q5: leases", () => {
  it("Q5: frees a job whose lease ran out, refuses the late settle, and counts the try", async () => {
    const queue = await openWithNothing({ config: { leaseMs: 300 } });
    await queue.enqueue({ ...NOTHING, backoffMs: 0 });
    const [claim] = (await queue.claims.claim()) as [Claim];
    bench.clock.advance(200);
    expect(await queue.claims.heartbeat([claim])).toEqual([]);
    bench.clock.advance(200);
    expect(await queue.claims.heartbeat([claim])).toEqual([]);
    bench.clock.advance(400);
    expect(await queue.claims.heartbeat([claim])).toEqual([claim]);
    await expect(queue.claims.ack(claim)).rejects.toMatchObject({ code: "STALE_TOKEN" });
    const [again] = (await queue.claims.claim()) as [Claim];
    expect(again).toMatchObject({ jobId: 1, attempt: 2 });
    expect(await queue.selfCheck()).toMatchObject({
      memory: [expect.stringContaining("tries 1")],
    });
  });

  it("Q5: never expires what a worker still runs, however long the event loop stalled", async () => {
    const queue = await bench.open({ config: { leaseMs: 300 } });
    const { opened, open } = latch();
    const started = latch();
    queue.task("slow", () => {
      started.open();
      return opened;
    });
    await queue.enqueue({ task: "slow" });
    queue.worker().start();
    await started.opened;
    bench.clock.advance(5000);
    open();
    await until(async () => (await states(queue))[0] === "1 done");
    expect(queue.stats().staleSettles).toBe(0);
  });
});

describe("Q6: timeouts and cancel", () => {
  it("Q6: ends an attempt at its timeout, whether or not the handler listens", async () => {
    const queue = await bench.open();
    const reasons: unknown[] = [];
    const { opened, open } = latch();
    const started = latch();
    queue.task("deaf", async (_, { signal }) => {
      started.open();
      signal.addEventListener("abort", () => reasons.push((signal.reason as Error).cause));
      await opened;
      return "too late";
    });
    await queue.enqueue({ task: "deaf", timeoutMs: 50, maxAttempts: 1 });
    queue.worker().start();
    await started.opened;
    bench.clock.advance(49);
    expect(reasons).toEqual([]);
    bench.clock.advance(1);
    expect(reasons).toEqual(["timeout"]);
    await until(async () => (await states(queue))[0] === "1 failed");
    open();
    await queue.enqueue({ task: "deaf" });
    expect(
      await queue.sql("SELECT payload FROM transitions WHERE state = 3 AND job_id = 1"),
    ).toEqual([]);
  });

  it("Q6: cancels blocked, delayed, ready and running jobs", async () => {
    const queue = await bench.open();
    const aborted: unknown[] = [];
    queue.task("run", async (_, { signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      aborted.push((signal.reason as Error).cause);
    });
    queue.task("other", () => undefined);
    const running = await queue.enqueue({ task: "run" });
    queue.worker({ concurrency: 1 }).start();
    await until(async () => queue.stats().claimed === 1);
    await queue.enqueueAll([
      { task: "other", dependsOn: [running], trigger: "all_done" },
      { task: "other", delayMs: 1000 },
      { task: "other" },
    ]);
    expect(await queue.cancel({ task: "other" })).toBe(3);
    expect(await queue.cancel({ jobId: running })).toBe(1);
    expect(await queue.cancel({ jobId: running })).toBe(0);
    expect(await states(queue)).toEqual([1, 2, 3, 4].map((id) => `${id} cancelled`));
    await until(async () => aborted.length === 1);
    expect(aborted).toEqual(["revoked"]);
    expect(queue.stats()).toMatchObject({ ready: 0, delayed: 0, claimed: 0 });
    expect(await queue.selfCheck()).toMatchObject({ equal: true, memory: [] });
  });
});

describe("Q8: unique jobs", () => {
  it("Q8: rejects, ignores or replaces while the key is taken, also after a reopen", async () => {
    let queue = await openWithNothing();
    const keyed = { ...NOTHING, uniqueKey: "k" };
    const first = await queue.enqueue(keyed);
    await queue.close();
    queue = await openWithNothing();
    await expect(queue.enqueue(keyed)).rejects.toMatchObject({ code: "DUPLICATE_JOB" });
    expect(await queue.enqueue(keyed, { unique: "ignore" })).toBe(first);
    const second = await queue.enqueue(keyed, { unique: "replace" });
    expect(await states(queue)).toEqual(["1 cancelled", "2 pending"]);
    const [claim] = (await queue.claims.claim()) as [Claim];
    expect(await queue.enqueueAll([keyed, NOTHING], { unique: "replace" })).toEqual({
      jobIds: [second, 3],
      ignored: 1,
    });
    await queue.claims.ack(claim);
    expect(await queue.enqueue(keyed)).toBe(4);
    expect(await queue.selfCheck()).toMatchObject({ equal: true });
  });

  it("Q8: keeps a key for a time window, whatever became of the job", async () => {
    let queue = await openWithNothing();
    const keyed = { ...NOTHING, uniqueKey: "k", uniqueMs: 1000 };
    await queue.enqueue(keyed);
    await queue.claims.ack(((await queue.claims.claim()) as [Claim])[0]);
    bench.clock.advance(999);
    await queue.close();
    queue = await openWithNothing();
    await expect(queue.enqueue(keyed)).rejects.toMatchObject({ code: "DUPLICATE_JOB" });
    bench.clock.advance(1);
    expect(await queue.enqueue(keyed)).toBe(2);
  });
});

describe("Q9: limits", () => {
  it("Q9: runs at most so many of a queue and of a key at once", async () => {
    const queue = await openWithNothing({
      limits: { queues: { mail: { concurrency: 3 } }, eachKey: { concurrency: 1 } },
    });
    const mail = (limitKey: string) => ({ ...NOTHING, queue: "mail", limitKey });
    await queue.enqueueAll([mail("a"), mail("a"), mail("b"), mail("c"), mail("d")]);
    const request = { queues: ["mail"], limit: 9 };
    const claims = await queue.claims.claim(request);
    expect(ids(claims)).toEqual([1, 3, 4]);
    expect(await queue.claims.claim(request)).toEqual([]);
    await queue.claims.ack(claims[0] as Claim);
    expect(ids(await queue.claims.claim(request))).toEqual([2]);
  });

  it("Q9: starts at most so many in a time, from a bucket that is empty at first", async () => {
    const queue = await openWithNothing({
      limits: { queues: { default: { rate: { count: 2, perMs: 1000 } } } },
    });
    await queue.enqueueAll(Array.from({ length: 9 }, () => NOTHING));
    const claimed = async () => (await queue.claims.claim({ limit: 9 })).length;
    expect(await claimed()).toBe(0);
    bench.clock.advance(500);
    expect(await claimed()).toBe(1);
    bench.clock.advance(10_000);
    expect(await claimed()).toBe(2);
    expect(await claimed()).toBe(0);
  });

  it("Q9: names every wrong limit", async () => {
    await expect(
      bench.open({
        limits: { queues: { a: { concurrency: 0 }, b: { rate: { count: 0, perMs: 1.5 } } } },
      }),
    ).rejects.toMatchObject({ code: "BAD_CONFIG", problems: { length: 3 } });
  });
});

describe("Q10: backpressure", () => {
  const config = { backpressureRefuseJobs: 3 };

  it("Q10: refuses a batch whole when more jobs would wait than the limit", async () => {
    const queue = await openWithNothing({ config });
    await queue.enqueueAll([NOTHING, { ...NOTHING, delayMs: 9 }]);
    await expect(queue.enqueueAll([NOTHING, NOTHING])).rejects.toMatchObject({
      code: "BACKPRESSURE",
    });
    expect(await queue.counts()).toMatchObject({ jobs: 2 });
    expect(await queue.enqueue(NOTHING)).toBe(3);
  });

  it("Q10: refuses of calls that come together only those for which there is no room", async () => {
    const queue = await openWithNothing({ config: { backpressureRefuseJobs: 5 } });
    const calls = [2, 2, 2, 1, 1].map((jobs) => queue.enqueueAll(Array(jobs).fill(NOTHING)));
    const answers = await Promise.allSettled(calls);
    expect(
      answers.map((answer) =>
        answer.status === "fulfilled" ? answer.value.jobIds : answer.reason.code,
      ),
    ).toEqual([[1, 2], [3, 4], "BACKPRESSURE", [5], "BACKPRESSURE"]);
    expect(queue.stats()).toMatchObject({ ready: 5 });
  });

  it("Q10: waits until there is room where the caller asks for that", async () => {
    const queue = await openWithNothing({ config });
    await queue.enqueueAll([NOTHING, NOTHING, NOTHING]);
    const waiting = queue.enqueue(NOTHING, { whenFull: "wait" });
    const [claim] = (await queue.claims.claim()) as [Claim];
    expect(await waiting).toBe(4);
    await queue.claims.ack(claim);
  });
});

describe("Q12: pause and resume", () => {
  it("Q12: a paused queue accepts and hands nothing out, also after a reopen", async () => {
    let queue = await openWithNothing();
    await queue.pause("default");
    await queue.enqueue(NOTHING);
    expect(await queue.claims.claim()).toEqual([]);
    await queue.close();
    queue = await openWithNothing();
    expect(await queue.claims.claim()).toEqual([]);
    await queue.resume("default");
    expect(ids(await queue.claims.claim())).toEqual([1]);
  });
});

/** Waits, turn by turn of the event loop, until something holds; the limit only ends a broken test. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    if (await holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("it never held");
}
