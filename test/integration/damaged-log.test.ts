/**
 * S1: damage at many places of a log's tail. What is kept is exactly the commits before the damage, whatever
 * kind it is and wherever it strikes.
 */
import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { queueBench } from "../support/open-queue.ts";

const bench = queueBench();
const COMMITS = 6;
/** Places between two ends of commits, in parts of the distance: the entries' heads, their data, the commit's mark. */
const PLACES = [0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98];

const DAMAGES: Record<string, (log: Buffer, at: number) => Buffer> = {
  truncated: (log, at) => log.subarray(0, at),
  zeroed: (log, at) => Buffer.concat([log.subarray(0, at), Buffer.alloc(log.length - at)]),
  "bit-flipped": (log, at) => {
    const flipped = Buffer.from(log);
    flipped[at] = (flipped[at] as number) ^ 0x10;
    return flipped;
  },
};

it.each(Object.keys(DAMAGES))(
  "S1: a log that is %s keeps the commits before the damage",
  {
    timeout: 120_000,
  },
  async (kind) => {
    const queue = await bench.open();
    queue.task("t", async () => null);
    const ends: number[] = [];
    for (let job = 1; job <= COMMITS; job++) {
      await queue.enqueue({ task: "t", dependsOn: job > 1 ? [job - 1] : [] });
      ends.push(statSync(`${bench.path}.wal`).size);
    }
    const path = join(dirname(bench.path), "damaged.db");
    const whole = readFileSync(`${bench.path}.wal`);
    const stored = join(dirname(bench.path), "stored.db");
    copyFileSync(bench.path, stored);
    const wrong: string[] = [];
    for (let commit = COMMITS - 2; commit < COMMITS; commit++) {
      const [from, to] = [ends[commit - 1] as number, ends[commit] as number];
      for (const place of PLACES) {
        const at = Math.floor(from + place * (to - from));
        copyFileSync(stored, path);
        writeFileSync(`${path}.wal`, (DAMAGES[kind] as (typeof DAMAGES)[string])(whole, at));
        const reopened = await bench.open({ path });
        const { jobs } = await reopened.counts();
        const check = await reopened.selfCheck();
        if (jobs !== commit || !check.equal)
          wrong.push(
            `${at} (${place} of commit ${commit + 1}): ${jobs} jobs, equal ${check.equal}`,
          );
        await reopened.close();
        rmSync(path);
      }
    }
    expect(wrong).toEqual([]);
  },
);
