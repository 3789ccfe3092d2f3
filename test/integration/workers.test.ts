/** Workers on a file: the commits of an idle one, and shutdown by signals. The rest is in conformance/workers.test.ts. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Queue } from "../../src/engine/index.ts";
import { STATE } from "../../src/model/job.ts";
import { latch, queueBench } from "../support/open-queue.ts";
import { until } from "../support/until.ts";

const bench = queueBench();

describe("W1: an idle worker", () => {
  it("W1: claims in the commit that stores the job which woke it", async () => {
    const queue = await bench.open();
    queue.task("note", () => null);
    queue.worker().start();
    await queue.idle();
    const commits: number[] = [];
    for (let i = 0; i < 5; i++) {
      const before = queue.stats().commits;
      await queue.enqueue({ task: "note" });
      await queue.idle();
      commits.push(queue.stats().commits - before);
    }
    // One with the job and its claim, one with its end.
    expect(commits).toEqual([2, 2, 2, 2, 2]);
  });
});

const ENGINE = fileURLToPath(new URL("../../dist/engine/index.js", import.meta.url));
const CHILD = fileURLToPath(new URL("../support/ends-on-signals.mjs", import.meta.url));

/** Runs the child, sends a signal when so many lines are there, and returns all lines with the signal that ended it. */
function endBySignals(
  folder: string,
  drainMs: number,
  signals: readonly NodeJS.Signals[],
): Promise<{ lines: string[]; endedBy: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, ENGINE, folder, String(drainMs)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    let sent = 0;
    child.stdout.on("data", (data: Buffer) => {
      text += data.toString();
      if (sent > 0 || text.split("\n").length <= 2) return;
      for (const signal of signals) {
        // Apart, so that the second is not taken for the first.
        setTimeout(() => child.kill(signal), 300 * sent++);
      }
    });
    child.on("error", reject);
    child.on("close", (_code, endedBy) => {
      resolve({ lines: text.split("\n").slice(0, -1).sort(), endedBy });
    });
  });
}

describe("W2: shutdown", () => {
  it.each([
    ["a signal drains all queues and workers", 50, ["SIGTERM"]],
    ["a second signal ends the drain", 3_600_000, ["SIGINT", "SIGINT"]],
  ] as const)(
    "W2: %s, nothing stays claimed, and the process ends by it",
    async (_, drainMs, signals) => {
      const folder = mkdtempSync(join(tmpdir(), "quackmark-signals-"));
      try {
        const { lines, endedBy } = await endBySignals(folder, drainMs, signals);
        expect(lines).toEqual(["a shutdown", "a started", "b shutdown", "b started"]);
        expect(endedBy).toBe(signals[0]);
        for (const name of ["a", "b"]) {
          const queue = await Queue.open({ path: join(folder, `${name}.db`) });
          expect(
            (await queue.job(1))?.attempts.map(({ outcome, cause }) => [outcome, cause]),
          ).toEqual([["released", "shutdown"]]);
          expect(queue.stats()).toMatchObject({ ready: 1, claimed: 0 });
          await queue.close();
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});

describe("W1: prefetch", () => {
  /** A queue of ten jobs whose handlers wait to be let go, and those that have begun. */
  async function tenJobs(): Promise<{
    readonly queue: Queue;
    readonly started: number[];
    letGo(jobId: number): void;
  }> {
    const queue = await bench.open();
    const started: number[] = [];
    const latches = new Map<number, () => void>();
    queue.task("wait", (_, { jobId }) => {
      started.push(jobId);
      const { opened, open } = latch();
      latches.set(jobId, open);
      return opened;
    });
    await queue.enqueueAll(Array.from({ length: 10 }, () => ({ task: "wait" })));
    return { queue, started, letGo: (jobId) => latches.get(jobId)?.() };
  }

  it("W1: prefetch 0, the default: claimed means started", async () => {
    const { queue, started } = await tenJobs();
    queue.worker({ concurrency: 2 }).start();
    await until(() => started.length === 2);
    expect(queue.stats()).toMatchObject({ claimed: 2, ready: 8 });
    await queue.close({ drainMs: 0 });
  });

  it("W1: prefetch claims so many beyond the free places, and starts them in order without a claim in between", async () => {
    const { queue, started, letGo } = await tenJobs();
    queue.worker({ concurrency: 2, prefetch: 3 }).start();
    await until(() => started.length === 2);
    expect(queue.stats()).toMatchObject({ claimed: 5, ready: 5 });
    letGo(2);
    await until(() => started.length === 3 && queue.stats().ready === 4);
    expect(started).toEqual([1, 2, 3]);
    expect(queue.stats()).toMatchObject({ claimed: 5, ready: 4 });
    for (let jobId = 1; jobId <= 10; jobId++) {
      await until(() => started.includes(jobId));
      letGo(jobId);
    }
    await queue.idle();
    expect(started).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await queue.audit()).toMatchObject({ jobs: 10, doneOnce: true, violations: [] });
  });

  it("W1: prefetch: what waits for a place keeps its lease, and is cancelled without being started", async () => {
    const { queue, started, letGo } = await tenJobs();
    queue.worker({ concurrency: 1, prefetch: 2 }).start();
    await until(() => started.length === 1);
    // Three terms: without renewals all of them would be somebody else's.
    for (let third = 0; third < 9; third++) bench.clock.advance(queue.config.leaseMs / 3);
    expect(queue.stats()).toMatchObject({ claimed: 3, delayed: 0 });
    expect(await queue.cancel({ jobId: 2 })).toBe(1);
    letGo(1);
    await until(() => started.length === 2);
    expect(started).toEqual([1, 3]);
    expect((await queue.job(2))?.state).toBe("cancelled");
    await queue.close({ drainMs: 0 });
  });

  it("W1: prefetch: a stop gives back at once what has not begun, with its tries unchanged", async () => {
    const { queue, started, letGo } = await tenJobs();
    const worker = queue.worker({ concurrency: 1, prefetch: 4 });
    worker.start();
    await until(() => started.length === 1);
    const stopped = worker.stop({ drainMs: 60_000 });
    await until(() => queue.stats().claimed === 1);
    // The handler that runs still has its time.
    expect(queue.stats()).toMatchObject({ claimed: 1, ready: 9 });
    letGo(1);
    await stopped;
    expect(started).toEqual([1]);
    expect(queue.stats()).toMatchObject({ claimed: 0, ready: 9, delayed: 0 });
    expect((await queue.job(2))?.attempts).toMatchObject([{ attempt: 1, outcome: "released" }]);
    const tried = await queue.sql(`SELECT job_id FROM transitions WHERE state = ${STATE.delayed}`);
    expect(tried).toEqual([]);
  });
});

describe("W2: a stop", () => {
  it("W2: a time to wait that is none is refused, and the worker goes on", async () => {
    const queue = await bench.open();
    queue.task("note", () => null);
    const worker = queue.worker();
    worker.start();
    for (const drainMs of [-1, Number.NaN, "5" as never]) {
      await expect(worker.stop({ drainMs })).rejects.toThrow("drainMs");
      await expect(queue.close({ drainMs })).rejects.toThrow("drainMs");
    }
    await queue.enqueue({ task: "note" });
    await queue.idle();
  });
});
