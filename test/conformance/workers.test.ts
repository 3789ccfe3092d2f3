/** Workers on every store: the order of queues, threads, shutdown, typed tasks with schemas, context, telemetry. */
import { trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { JobContext, Task } from "../../src/engine/index.ts";
import { QueueOrder } from "../../src/engine/queue-order.ts";
import { latch, queueBench, states } from "../support/open-queue.ts";
import { until } from "../support/until.ts";

const bench = queueBench();
const THREADS = new URL("../support/thread-tasks.mjs", import.meta.url);

describe("W1: options", () => {
  it("W1: wrong options are told all at once, and no worker is made", async () => {
    const queue = await bench.open();
    const wrong = { concurrency: 0, claimBatch: 1.5, wake: "never", pollIntervalMs: Number.NaN };
    expect(() => queue.worker({ ...wrong, concurency: 4 } as never)).toThrow(
      /^worker: concurency: there is no such option.*; concurrency: 0 is not .* from 1 to .*; claimBatch: 1\.5 is .*; pollIntervalMs: NaN is .*; wake: "never" is neither notify nor poll$/,
    );
    expect(() => queue.worker({ queues: [] })).toThrow("name at least one queue");
  });
});

describe("W1: an idle worker", () => {
  it("W1: claims a job in the commit that stores it, so that a job is two commits", async () => {
    const queue = await bench.open();
    queue.task("nothing", () => undefined);
    queue.worker().start();
    await queue.enqueue({ task: "nothing" });
    await queue.idle();
    for (let job = 0; job < 3; job++) {
      const before = queue.stats().commits;
      await queue.enqueue({ task: "nothing" });
      await queue.idle();
      expect(queue.stats().commits - before).toBe(2);
    }
  });

  it("W1: gets what came while it had no place, without a poll", async () => {
    const queue = await bench.open();
    const gates = Array.from({ length: 5 }, () => latch());
    queue.task("wait", (n: number) => gates[n]?.opened);
    queue.worker({ concurrency: 2, claimBatch: 2 }).start();
    await until(() => queue.stats().polls === 1);
    await Promise.all(gates.map((_, n) => queue.enqueue({ task: "wait", args: n })));
    for (const gate of gates) gate.open();
    await queue.idle();
    expect(await states(queue)).toEqual([1, 2, 3, 4, 5].map((id) => `${id} done`));
  });
});

describe("Q9: order of queues", () => {
  it("Q9: a list asks each queue only when those before it are empty", async () => {
    const queue = await bench.open();
    const seen: string[] = [];
    queue.task("note", (name: string) => {
      seen.push(name);
    });
    const note = (name: string, of: string) => ({ task: "note", args: name, queue: of });
    await queue.enqueueAll([note("low 1", "low"), note("high 1", "high"), note("high 2", "high")]);
    queue.worker({ queues: ["high", "low"], concurrency: 1 }).start();
    await queue.idle();
    expect(seen).toEqual(["high 1", "high 2", "low 1"]);
  });

  it("Q9: weights share the claims, and what an empty queue leaves goes to the others", async () => {
    const queue = await bench.open();
    const counts = { a: 0, b: 0, c: 0 };
    const held = latch();
    queue.task("count", async (name: keyof typeof counts) => {
      counts[name]++;
      await held.opened;
    });
    const jobs = (name: string, count: number) =>
      Array.from({ length: count }, () => ({ task: "count", args: name, queue: name }));
    await queue.enqueueAll([...jobs("a", 100), ...jobs("b", 100)]);
    queue.worker({ queues: { a: 6, b: 3, c: 1 }, concurrency: 100, claimBatch: 100 }).start();
    await until(() => counts.a + counts.b === 100);
    expect(counts).toEqual({ a: 70, b: 30, c: 0 });
    held.open();
    await queue.idle();
    expect(counts).toEqual({ a: 100, b: 100, c: 0 });
  });

  it("Q9: weights hold over many small claims too", () => {
    const order = new QueueOrder({ a: 5, b: 2, c: 1 });
    const first = Array.from({ length: 16 }, () => order.shares(1)[0]?.queues[0]);
    const count = (name: string) => first.filter((one) => one === name).length;
    expect([count("a"), count("b"), count("c")]).toEqual([10, 4, 2]);
    expect(order.shares(8).map(({ queues, limit }) => [queues[0], limit])).toEqual([
      ["a", 5],
      ["b", 2],
      ["c", 1],
    ]);
  });

  it.each([
    [[], /at least one queue/],
    [{}, /at least one queue/],
    [[""], /empty name/],
    [{ a: 0 }, /weight 0 of a/],
    [{ a: 1.5 }, /weight 1.5 of a/],
  ])("Q9: refuses the queues %j", async (queues, message) => {
    const queue = await bench.open();
    expect(() => queue.worker({ queues })).toThrow(message);
  });
});

describe("W3: threads", () => {
  it("W3: a task given as a module runs in a worker thread, with args, result, log and error as data", async () => {
    const lines: string[] = [];
    const queue = await bench.open({ logger: (line) => lines.push(line) });
    queue.task("where", { module: THREADS, export: "where" });
    queue.task("fail", { module: THREADS, export: "fail" });
    queue.task("none", { module: THREADS, export: "none" });
    await queue.enqueueAll([
      { task: "where", args: { n: 1 } },
      { task: "fail", maxAttempts: 1 },
      { task: "none", maxAttempts: 1 },
    ]);
    queue.worker().start();
    await queue.idle();
    const [first] = (await queue.job(1))?.attempts ?? [];
    expect(JSON.parse(first?.payload ?? "null")).toEqual({
      args: { n: 1 },
      isMain: false,
      jobId: 1,
      task: "where",
    });
    expect((await queue.deadLetters.inspect(2)).attempts[0]?.payload).toBe(
      '{"name":"RangeError","message":"no"}',
    );
    expect((await queue.deadLetters.inspect(3)).attempts[0]?.payload).toContain(
      'exports no function \\"none\\"',
    );
    expect(lines).toContain("where 1/1: in thread, attempt 1");
  });

  it("W3: the thread of an attempt that timed out is ended, and the next attempt has another", async () => {
    const spins = latch();
    const logger = (line: string) => line.endsWith("spins") && spins.open();
    const queue = await bench.open({ config: { threads: 1 }, logger });
    queue.task("spin", { module: THREADS, export: "spin" }, { timeoutMs: 50, backoffMs: 0 });
    await queue.enqueue({ task: "spin" });
    queue.worker().start();
    await spins.opened;
    bench.clock.advance(50);
    await until(async () => {
      // A timer that is due at once runs when the clock is moved, if only by nothing.
      bench.clock.advance(0);
      return (await queue.job(1))?.state === "done";
    });
    const job = await queue.job(1);
    expect(job?.attempts.map(({ outcome, cause }) => [outcome, cause])).toEqual([
      ["delayed", "timeout"],
      ["done", "none"],
    ]);
  });
});

describe("W2: shutdown", () => {
  it("W2: a second close waits for the end of the first, and with drainMs 0 ends its drain", async () => {
    const queue = await bench.open();
    const running = latch();
    queue.task("endless", () => {
      running.open();
      return new Promise(() => undefined);
    });
    await queue.enqueue({ task: "endless" });
    queue.worker().start();
    await running.opened;
    const first = queue.close({ drainMs: 3_600_000 });
    const second = queue.close({ drainMs: 0 });
    bench.clock.advance(0);
    await Promise.all([first, second]);
    const again = await bench.open();
    expect(await again.job(1)).toMatchObject({
      state: "ready",
      attempts: [{ attempt: 1, outcome: "released", cause: "shutdown" }],
    });
  });

  it("W2: gives back claims that were on their way when the stop began, without starting them", async () => {
    const queue = await bench.open();
    const started: number[] = [];
    queue.task("note", (_, { jobId }) => {
      started.push(jobId);
    });
    await queue.enqueueAll([{ task: "note" }, { task: "note" }]);
    const worker = queue.worker();
    worker.start();
    await worker.stop({ drainMs: 0 });
    expect(started).toEqual([]);
    expect(queue.stats()).toMatchObject({ ready: 2, claimed: 0 });
    expect(await queue.selfCheck()).toMatchObject({ equal: true });
    worker.start();
    await queue.idle();
    expect(started).toEqual([1, 2]);
  });
});

describe("Q2: typed tasks", () => {
  it("Q2: types flow from the handler to jobs, results and ctx.upstream", async () => {
    const queue = await bench.open();
    const size = queue.task("size", async (args: { text: string }) => args.text.length);
    expectTypeOf(size).toEqualTypeOf<Task<{ text: string }, number>>();
    // @ts-expect-error: the args of the task are a text
    size.job({ text: 1 });
    const seen: unknown[] = [];
    queue.task("show", async (_: null, context: JobContext) => {
      const length = await context.upstream("first", size);
      expectTypeOf(length).toEqualTypeOf<number | undefined>();
      seen.push(length);
    });
    const { runId } = await queue.submit({
      nodes: [
        size.job({ text: "four" }, { name: "first", priority: 9 }),
        { name: "last", task: "show" },
      ],
      edges: [["last", "first"]],
    });
    queue.worker().start();
    expect(await queue.runs.wait(runId)).toMatchObject({ status: "done" });
    expect(seen).toEqual([4]);
  });

  it.each([
    ["zod", z.object({ to: z.string(), copies: z.number().int().default(2) })],
    [
      "valibot",
      v.object({ to: v.string(), copies: v.optional(v.pipe(v.number(), v.integer()), 2) }),
    ],
  ] as const)(
    "Q2: %s checks the args at enqueue and the result, and the handler gets what it made of them",
    async (_, args) => {
      const queue = await bench.open();
      const seen: unknown[] = [];
      const mail = queue.task(
        "mail",
        (input) => {
          expectTypeOf(input).toEqualTypeOf<{ to: string; copies: number }>();
          seen.push(input);
          return input.to === "bad" ? 1 : "sent";
        },
        { args, result: z.string(), maxAttempts: 1 },
      );
      await expect(queue.enqueue(mail.job({ to: 1 as never }))).rejects.toMatchObject({
        code: "BAD_ARGS",
        message: expect.stringMatching(/task "mail": to: /),
      });
      await expect(queue.submit({ nodes: [{ task: "mail" }] })).rejects.toMatchObject({
        code: "BAD_ARGS",
      });
      await queue.enqueueAll([mail.job({ to: "you" }), mail.job({ to: "bad" })]);
      queue.worker().start();
      await queue.idle();
      expect(seen).toEqual([
        { to: "you", copies: 2 },
        { to: "bad", copies: 2 },
      ]);
      expect(await states(queue)).toEqual(["1 done", "2 failed"]);
      expect((await queue.deadLetters.inspect(2)).attempts[0]?.payload).toContain(
        "the result does not match",
      );
      expect(await queue.counts()).toMatchObject({ jobs: 2 });
    },
  );

  it("Q2: defaults of a task hold for jobs that do not say otherwise; Q4: its backoff too", async () => {
    const queue = await bench.open();
    queue.task(
      "t",
      () => {
        throw "not an error";
      },
      { queue: "slow", priority: 7, maxAttempts: 2, timeoutMs: 99, backoffMs: 40 },
    );
    await queue.enqueueAll([{ task: "t" }, { task: "t", priority: 8, maxAttempts: 1 }]);
    expect(await queue.job(1)).toMatchObject({
      queue: "slow",
      priority: 7,
      maxAttempts: 2,
      timeoutMs: 99,
    });
    expect(await queue.job(2)).toMatchObject({ priority: 8, maxAttempts: 1 });
    queue.worker({ queues: ["slow"] }).start();
    await queue.idle();
    bench.clock.advance(39);
    expect((await queue.job(1))?.state).toBe("delayed");
    bench.clock.advance(1);
    await queue.idle();
    expect((await queue.deadLetters.inspect(1)).attempts.map(({ payload }) => payload)).toEqual([
      '{"name":"thrown","message":"not an error"}',
      '{"name":"thrown","message":"not an error"}',
    ]);
  });

  it("Q2: a result that is no JSON fails the attempt and says so", async () => {
    const queue = await bench.open();
    queue.task("big", () => 1n as never, { maxAttempts: 1 });
    await queue.enqueue({ task: "big" });
    queue.worker().start();
    await queue.idle();
    expect((await queue.deadLetters.inspect(1)).attempts[0]?.payload).toMatch(/BigInt/);
  });
});

describe("W4: context", () => {
  it("W4: shows progress while the job runs, and nothing after it", async () => {
    const queue = await bench.open();
    const held = latch();
    queue.task("slow", async (_, context) => {
      context.progress(3, 10);
      await held.opened;
      expect(await context.heartbeat()).toBe(true);
    });
    const jobId = await queue.enqueue({ task: "slow" });
    expect(queue.progress(jobId)).toBeUndefined();
    queue.worker().start();
    await until(() => queue.progress(jobId) !== undefined);
    expect(queue.progress(jobId)).toEqual({ done: 3, total: 10 });
    held.open();
    await queue.idle();
    expect(queue.progress(jobId)).toBeUndefined();
    expect(await states(queue)).toEqual(["1 done"]);
  });
});

describe("Q13: telemetry", () => {
  it("Q13: reports metrics and spans to the providers that it is given", async () => {
    const spans = new InMemorySpanExporter();
    const tracerProvider = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(spans)],
    });
    const exported = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter: exported });
    const meterProvider = new MeterProvider({ readers: [reader] });
    const queue = await bench.open({ telemetry: { meterProvider, tracerProvider } });
    queue.task("ok", () => trace.getActiveSpan()?.isRecording());
    queue.task("bad", async () => {
      throw new Error("no");
    });
    await queue.enqueueAll([
      { task: "ok" },
      { task: "bad", maxAttempts: 1 },
      { task: "ok", delayMs: 9 },
    ]);
    queue.worker().start();
    await queue.idle();
    await reader.collect().then(() => meterProvider.forceFlush());
    const points = exported
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
      .flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => ({ name: descriptor.name, attributes, value })),
      );
    const value = (name: string, attributes: object) =>
      points.find(
        (point) =>
          point.name === name &&
          Object.entries(attributes).every(([key, wanted]) => point.attributes[key] === wanted),
      )?.value;
    expect(value("quackmark.jobs.enqueued", { task: "ok" })).toBe(2);
    expect(value("quackmark.attempts.ended", { task: "ok", outcome: "done" })).toBe(1);
    expect(value("quackmark.attempts.ended", { outcome: "failed", cause: "handlerError" })).toBe(1);
    expect(value("quackmark.jobs", { state: "delayed" })).toBe(1);
    expect(value("quackmark.attempt.duration", { task: "bad" })).toMatchObject({ count: 1 });
    expect(
      spans.getFinishedSpans().map(({ name, status, attributes }) => ({
        name,
        code: status.code,
        attempt: attributes["quackmark.attempt"],
      })),
    ).toEqual([
      { name: "process ok", code: 0, attempt: 1 },
      { name: "process bad", code: 2, attempt: 1 },
    ]);
    await meterProvider.shutdown();
  });
});
