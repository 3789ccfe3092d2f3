/** What callers get wrong: a clear error with a code, and nothing stored, cancelled or lost. */
import { describe, expect, it } from "vitest";
import { Queue } from "../../src/engine/index.ts";
import { queueBench, states } from "../support/open-queue.ts";

const bench = queueBench();

async function openWithTask(): Promise<Queue> {
  const queue = await bench.open();
  queue.task("t", () => null);
  return queue;
}

const cyclic: Record<string, unknown> = {};
cyclic["self"] = cyclic;

describe("Q1: bad input", () => {
  it.each([
    [{ priority: 101 }, "BAD_INPUT", "from 0 to 100"],
    [{ delayMs: -1 }, "BAD_INPUT", "from 0"],
    [{ delayMs: 1e300 }, "BAD_INPUT", "a date that there is"],
    [{ runAt: "tomorrow" }, "BAD_INPUT", "no valid Date|not a valid Date"],
    [{ queue: "" }, "BAD_INPUT", "no name of a queue"],
    [{ queue: 5 }, "BAD_INPUT", "no name of a queue"],
    [{ maxAttempts: 0 }, "BAD_INPUT", "from 1"],
    [{ uniqueKey: "" }, "BAD_INPUT", "uniqueKey"],
    [{ limitKey: 7 }, "BAD_INPUT", "limitKey"],
    [{ dependsOn: 5 }, "BAD_INPUT", "no list of job ids"],
    [{ dependsOn: [999] }, "UNKNOWN_PARENT", "no job 999"],
    [{ args: cyclic }, "UNSERIALIZABLE", "plain data"],
    [{ args: 1n }, "UNSERIALIZABLE", "plain data"],
    [{ args: "x".repeat(1_048_577) }, "ARGS_TOO_LARGE", "argsMaxBytes"],
    [{ task: "gone" }, "UNKNOWN_TASK", "register it"],
    [{ queu: "mail" }, "BAD_INPUT", 'there is no "queu"; known are name, task, args'],
    [{ trigger: "all_succes" }, "BAD_INPUT", "known are all_success"],
    [{ trigger: "at_least(0)" }, "BAD_INPUT", "k is a whole number from 1"],
  ])(
    "Q1: wrong input %#: nothing of the batch is stored, and the error has a code and says why",
    async (wrong, code, text) => {
      const queue = await openWithTask();
      const jobs = [{ task: "t" }, { task: "t", ...wrong } as never];
      const refused = expect(queue.enqueueAll(jobs)).rejects;
      await refused.toMatchObject({ code, message: expect.stringMatching(text) });
      expect((await queue.counts()).jobs).toBe(0);
    },
  );

  it("Q1: what is no job, no list or no policy is refused", async () => {
    const queue = await openWithTask();
    await expect(queue.enqueue(null as never)).rejects.toMatchObject({ code: "BAD_INPUT" });
    await expect(queue.enqueueAll(5 as never)).rejects.toMatchObject({ code: "BAD_INPUT" });
    const wrong = [{ unique: "maybe" }, { whenFull: "later" }] as never[];
    for (const options of wrong)
      await expect(queue.enqueue({ task: "t" }, options)).rejects.toThrow("is none of reject");
    expect((await queue.counts()).jobs).toBe(0);
  });
});

describe("G1, Q12: bad input", () => {
  it.each([
    [[null], "An edge is null; write it as"],
    [[["a"]], 'An edge is ["a"]'],
    [[["a", "b", "c"]], "An edge is"],
    ["ab", 'An edge is "a"'],
    [5, "The edges are no list"],
  ])("G1: edges %j are refused, and nothing is stored", async (edges, text) => {
    const queue = await openWithTask();
    const nodes = ["a", "b"].map((name) => ({ name, task: "t" }));
    await expect(queue.submit({ nodes, edges: edges as never })).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringContaining(text),
    });
    expect((await queue.counts()).jobs).toBe(0);
  });

  it("G1: a misspelt field of a DAG is refused, as it would leave something out", async () => {
    const queue = await openWithTask();
    const dag = { nodes: [{ task: "t" }, { task: "t" }], edge: [[1, 0]] };
    await expect(queue.submit(dag)).rejects.toThrow('there is no "edge"');
    expect((await queue.counts()).jobs).toBe(0);
  });

  it("Q12: pause, resume and drain take the name of a queue", async () => {
    const queue = await openWithTask();
    for (const name of ["", undefined, 5] as never[])
      for (const call of ["pause", "resume", "drain"] as const)
        await expect(queue[call](name)).rejects.toMatchObject({
          code: "BAD_INPUT",
          message: expect.stringContaining(`${call}: `),
        });
  });
});

describe("Q2: bad input", () => {
  it("Q2: a task with wrong defaults, or that is no function, is refused", async () => {
    const queue = await openWithTask();
    const wrong = (options: object): void => void queue.task("u", () => 1, options);
    expect(() => wrong({ priority: 999 })).toThrow("priority 999 is not a whole number");
    expect(() => wrong({ maxAttempt: 2 })).toThrow('no option "maxAttempt"');
    expect(() => queue.task("u", 5 as never)).toThrow("A task is a function");
    expect(() => queue.task("t", () => 1)).toThrow("choose another name");
  });
});

describe("Q3: bad input", () => {
  it("Q3: a wrong settle is refused, and the claim holds", async () => {
    const queue = await openWithTask();
    await queue.enqueue({ task: "t" });
    const [claim] = await queue.claims.claim();
    if (claim === undefined) throw new Error("the job is ready");
    const { claims } = queue;
    await expect(claims.ack(undefined as never)).rejects.toMatchObject({ code: "BAD_INPUT" });
    await expect(claims.ack({ jobId: 9, attempt: 9 })).rejects.toMatchObject({
      code: "STALE_TOKEN",
    });
    await expect(claims.ack(claim, 1n)).rejects.toMatchObject({ code: "UNSERIALIZABLE" });
    await expect(claims.nack(claim, -1)).rejects.toMatchObject({ code: "BAD_INPUT" });
    await expect(claims.claim({ leaseMs: 0 })).rejects.toMatchObject({ code: "BAD_INPUT" });
    await claims.fail(claim, "no error, but a text");
    expect(await queue.job(1)).toMatchObject({
      state: "delayed",
      attempts: [{ payload: '{"name":"thrown","message":"no error, but a text"}' }],
    });
  });
});

describe("Q6: bad input", () => {
  it("Q6: a filter that is misspelt or empty cancels nothing", async () => {
    const queue = await openWithTask();
    await queue.enqueue({ task: "t" });
    const wrong = [{}, { jobid: 1 }, { jobId: undefined }, { jobId: "1" }] as never[];
    for (const filter of wrong)
      await expect(async () => queue.cancel(filter)).rejects.toMatchObject({ code: "BAD_INPUT" });
    expect(await states(queue)).toEqual(["1 pending"]);
  });
});

describe("Q9: bad input", () => {
  it("Q9: limits that are misspelt or incomplete are told all at once", async () => {
    const limits = { queue: {}, queues: { a: { concurency: 1, rate: { count: 1 } } } } as never;
    const refused = expect(Queue.open({ path: ":memory:", limits })).rejects;
    await refused.toMatchObject({ code: "BAD_CONFIG", problems: { length: 3 } });
  });
});
