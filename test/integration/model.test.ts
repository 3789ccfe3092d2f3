/**
 * The engine against a small model of it: any sequence of calls by one caller leaves the same states, attempts and
 * claims. Nothing is concurrent here, so whatever differs is a wrong rule, not a race.
 */
import { rmSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Claim, Queue } from "../../src/engine/index.ts";
import { queueBench } from "../support/open-queue.ts";

const bench = queueBench();

const BACKOFF_MS = 20;
const LEASE_MS = 3_000_000;
const CONFIG = { retryBackoffMs: BACKOFF_MS, retryJitterPct: 0, leaseMs: LEASE_MS };

type State = "blocked" | "waiting" | "claimed" | "done" | "failed" | "skipped" | "cancelled";

interface ModelJob {
  readonly id: number;
  readonly priority: number;
  readonly maxAttempts: number;
  readonly parents: readonly ModelJob[];
  readonly needsAll: boolean;
  state: State;
  /** Its last claim was voided by a reopen: it runs alone next time. */
  suspect: boolean;
  alone: boolean;
  attempt: number;
  tries: number;
  dueMs: number;
}

function isEnded({ state }: ModelJob): boolean {
  return state !== "blocked" && state !== "waiting" && state !== "claimed";
}

/** What the queue should be: the rules of docs/JOB-LIFECYCLE.md, one job at a time. */
class Model {
  readonly jobs: ModelJob[] = [];
  paused = false;

  enqueue(
    job: Pick<ModelJob, "priority" | "maxAttempts" | "parents" | "needsAll" | "dueMs">,
  ): void {
    const id = this.jobs.length + 1;
    const state = job.parents.length > 0 ? "blocked" : "waiting";
    this.jobs.push({ ...job, id, state, suspect: false, alone: false, attempt: 0, tries: 0 });
    this.#decide();
  }

  claim(limit: number, nowMs: number): string[] {
    return this.#next(limit, nowMs).map((job) => {
      job.state = "claimed";
      job.alone = job.suspect;
      return `${job.id}/${++job.attempt}`;
    });
  }

  #next(limit: number, nowMs: number): readonly ModelJob[] {
    const held = this.jobs.filter(({ state }) => state === "claimed");
    if (this.paused || held.some(({ alone }) => alone)) return [];
    const ready = this.jobs
      .filter(({ state, dueMs }) => state === "waiting" && dueMs <= nowMs)
      .toSorted((a, b) => b.priority - a.priority || a.id - b.id);
    const suspects = ready.filter(({ suspect }) => suspect);
    if (suspects.length === 0) return ready.slice(0, limit);
    return held.length > 0 ? [] : suspects.slice(0, 1);
  }

  holds({ jobId, attempt }: Claim): ModelJob | undefined {
    const job = this.jobs[jobId - 1];
    return job?.state === "claimed" && job.attempt === attempt ? job : undefined;
  }

  fail(job: ModelJob, dueMs: number): void {
    job.tries++;
    if (job.tries >= job.maxAttempts) this.end(job, "failed");
    else this.wait(job, dueMs);
  }

  wait(job: ModelJob, dueMs: number): void {
    Object.assign(job, { state: "waiting", suspect: false, dueMs });
  }

  end(job: ModelJob, state: State): void {
    Object.assign(job, { state, suspect: false });
    this.#decide();
  }

  /** Whoever was held is free; who was held alone is suspected of the death, and has used up a try. */
  reopen(nowMs: number): void {
    for (const job of this.jobs.filter(({ state }) => state === "claimed")) {
      if (job.alone) this.fail(job, nowMs);
      else this.wait(job, nowMs);
      job.suspect = !isEnded(job);
    }
  }

  /** Blocked jobs whose parents have said enough, down to the last. */
  #decide(): void {
    for (const job of this.jobs) {
      if (job.state !== "blocked") continue;
      const done = job.parents.filter(({ state }) => state === "done").length;
      const ended = job.parents.filter(isEnded).length;
      if (job.needsAll ? done === job.parents.length : done > 0) job.state = "waiting";
      else if (job.needsAll ? ended > done : ended === job.parents.length) job.state = "skipped";
    }
  }
}

/** The engine, with the claims that were ever handed out. */
class Real {
  queue: Queue;
  readonly claims: Claim[] = [];
  readonly path: string;

  constructor(queue: Queue, path: string) {
    this.queue = queue;
    this.path = path;
  }

  static async open(path: string): Promise<Queue> {
    const queue = await Queue.open({ path, clock: bench.clock, random: () => 0, config: CONFIG });
    queue.task("work", () => undefined);
    return queue;
  }
}

type Make = (model: Model, real: Real) => Promise<unknown>;

/** A call, and after it the question whether all jobs are as the model has them. */
function call(name: string, make: Make): fc.AsyncCommand<Model, Real> {
  return {
    check: () => true,
    toString: () => name,
    async run(model, real) {
      await make(model, real);
      const states = await Promise.all(
        model.jobs.map(async ({ id }) => {
          const job = await real.queue.job(id);
          const waits = job?.state === "ready" || job?.state === "delayed";
          return `${id} ${waits ? "waiting" : job?.state} ${job?.attempts.length}`;
        }),
      );
      expect(states).toEqual(model.jobs.map((job) => `${job.id} ${job.state} ${job.attempt}`));
    },
  };
}

/** The one that a number chooses; undefined where there is none. */
function chosen<T>(items: readonly T[], which: number): T | undefined {
  return items[which % Math.max(1, items.length)];
}

type Enqueue = Pick<ModelJob, "priority" | "maxAttempts" | "needsAll"> & {
  readonly after: readonly number[];
  readonly delayMs: number;
};

function enqueue({ after, delayMs, needsAll, ...rest }: Enqueue): Make {
  return async (model, { queue }) => {
    const parents = [...new Set(after.flatMap((which) => chosen(model.jobs, which) ?? []))];
    const waitMs = parents.length > 0 ? 0 : delayMs;
    await queue.enqueue({
      task: "work",
      ...rest,
      delayMs: waitMs,
      dependsOn: parents.map(({ id }) => id),
      trigger: needsAll ? "all_success" : "one_success",
    });
    model.enqueue({ ...rest, needsAll, parents, dueMs: bench.clock.now() + waitMs });
  };
}

function takeJobs(limit: number): Make {
  return async (model, { queue, claims }) => {
    const taken = await queue.claims.claim({ limit });
    claims.push(...taken);
    const tokens = taken.map(({ jobId, attempt }) => `${jobId}/${attempt}`);
    expect(tokens).toEqual(model.claim(limit, bench.clock.now()));
  };
}

/** Ends any claim that was ever handed out: one that is not current any more is refused, and changes nothing. */
function endClaim(which: number, how: "ack" | "fail" | "nack"): Make {
  return async (model, { queue, claims }) => {
    const claim = chosen(claims, which);
    if (claim === undefined) return;
    const ends = {
      ack: () => queue.claims.ack(claim, which),
      fail: () => queue.claims.fail(claim, new Error("as it should")),
      nack: () => queue.claims.nack(claim, BACKOFF_MS),
    };
    const job = model.holds(claim);
    if (job === undefined) {
      await expect(ends[how]()).rejects.toMatchObject({ code: "STALE_TOKEN" });
      return;
    }
    await ends[how]();
    const nowMs = bench.clock.now();
    if (how === "ack") model.end(job, "done");
    else if (how === "fail") model.fail(job, nowMs + BACKOFF_MS * 2 ** job.tries);
    else model.wait(job, nowMs + BACKOFF_MS);
  };
}

function cancel(which: number): Make {
  return async (model, { queue }) => {
    const job = chosen(model.jobs, which);
    if (job === undefined) return;
    const isLive = !isEnded(job);
    expect(await queue.cancel({ jobId: job.id })).toBe(isLive ? 1 : 0);
    if (isLive) model.end(job, "cancelled");
  };
}

function pause(paused: boolean): Make {
  return async (model, { queue }) => {
    await (paused ? queue.pause("default") : queue.resume("default"));
    model.paused = paused;
  };
}

/** Closes the file and opens it again: all is there, and what was held is free. */
const reopen: Make = async (model, real) => {
  await real.queue.close();
  real.queue = await Real.open(real.path);
  model.reopen(bench.clock.now());
};

const calls = [
  fc
    .record({
      priority: fc.nat(3),
      maxAttempts: fc.integer({ min: 1, max: 3 }),
      delayMs: fc.constantFrom(0, 0, 30),
      after: fc.array(fc.nat(9), { maxLength: 2 }),
      needsAll: fc.boolean(),
    })
    .map((job) => call(`enqueue ${JSON.stringify(job)}`, enqueue(job))),
  fc.integer({ min: 1, max: 3 }).map((limit) => call(`claim ${limit}`, takeJobs(limit))),
  fc
    .tuple(fc.nat(9), fc.constantFrom("ack" as const, "ack" as const, "fail", "nack"))
    .map(([which, how]) => call(`${how} claim ${which}`, endClaim(which, how))),
  fc.nat(9).map((which) => call(`cancel job ${which}`, cancel(which))),
  fc.boolean().map((paused) => call(paused ? "pause" : "resume", pause(paused))),
  fc
    .constantFrom(10, 25, 100)
    .map((ms) => call(`wait ${ms} ms`, async () => bench.clock.advance(ms))),
  fc.constant(call("reopen", reopen)),
];

it("any sequence of calls leaves what the model says, in memory, in the log and after a reopen", async () => {
  let files = 0;
  await fc.assert(
    fc.asyncProperty(fc.commands(calls, { size: "+1", maxCommands: 40 }), async (commands) => {
      const path = `${bench.path}.${++files}`;
      const real = new Real(await Real.open(path), path);
      try {
        await fc.asyncModelRun(() => ({ model: new Model(), real }), commands);
        const { memory, log } = await real.queue.selfCheck();
        expect(memory).toEqual(log);
      } finally {
        await real.queue.close();
        for (const end of ["", ".wal"]) rmSync(path + end, { force: true });
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);
