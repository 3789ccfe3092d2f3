/** Workers on a file: the commits of an idle one, and shutdown by signals. The rest is in conformance/workers.test.ts. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Queue } from "../../src/engine/index.ts";
import { queueBench } from "../support/open-queue.ts";

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
