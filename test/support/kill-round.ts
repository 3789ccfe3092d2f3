/**
 * Twenty kills of a real process on one database, at moments that a seed draws, with a reopen after each. Throws at
 * the first thing that is not as promised, and counts what was looked at.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { Queue } from "../../src/engine/index.ts";
import { ENGINE } from "./other-process.ts";

/** Kills of one round. */
export const ROUND_KILLS = 20;

const CHILD = fileURLToPath(new URL("works-until-killed.mjs", import.meta.url));

/** What a round looked at. */
export interface KillCounts {
  kills: number;
  /** Kills that came before the process had said anything: while it started or opened the queue. */
  killsWhileOpening: number;
  /** Runs, jobs by hand and ends that the killed processes were told are stored. */
  acknowledged: number;
  /** Tokens of dead processes with which a settle was tried, and refused. */
  staleSettlesRefused: number;
  /** Jobs that stood in the database at the end, all done once. */
  jobs: number;
}

/** When a process is killed. */
interface Moment {
  /** After so many lines; with 0, by the clock from its start. */
  readonly lines: number;
  readonly delayMs: number;
}

/** What the processes of a round were told is stored. */
class Acknowledged {
  readonly submitted = new Set<number>();
  readonly done = new Set<number>();
  readonly enqueued = new Set<number>();
  readonly acked = new Set<number>();
  /** Claims of the last process that it had not acked: the highest attempt of each job by id. */
  held = new Map<number, number>();

  read(lines: readonly string[]): void {
    this.held = new Map();
    for (const line of lines) {
      const [what, id, attempt] = line.split(" ");
      const number = Number(id);
      if (what === "submitted") this.submitted.add(number);
      else if (what === "done") this.done.add(number);
      else if (what === "enqueued") for (const k of [0, 1, 2]) this.enqueued.add(number + k);
      else if (what === "claimed") this.held.set(number, Number(attempt));
      else if (what === "acked") {
        this.acked.add(number);
        this.held.delete(number);
      } else throw new Error(`the process said: ${line}`);
    }
  }

  get size(): number {
    return this.submitted.size + this.done.size + this.enqueued.size + this.acked.size;
  }
}

/** One round. Its database lives in the temporary folder, and is kept where something was wrong. */
export async function killRound(seed: number): Promise<KillCounts> {
  const folder = mkdtempSync(join(tmpdir(), "quackmark-kill-"));
  const path = join(folder, "queue.db");
  const random = xoroshiro128plus(seed);
  const draw = (from: number, to: number): number => uniformInt(random, from, to);
  const counts = { kills: 0, killsWhileOpening: 0, acknowledged: 0, staleSettlesRefused: 0 };
  const acknowledged = new Acknowledged();
  try {
    for (; counts.kills < ROUND_KILLS; counts.kills++) {
      // One in eight while it starts or opens, the others somewhere in the work.
      const moment =
        draw(0, 7) === 0
          ? { lines: 0, delayMs: draw(100, 600) }
          : { lines: draw(1, 120), delayMs: draw(0, 12) };
      const lines = await workAndKill(path, seed * ROUND_KILLS + counts.kills, moment);
      if (lines.length === 0) counts.killsWhileOpening++;
      acknowledged.read(lines);
      const queue = await Queue.open({ path });
      try {
        await nothingTorn(queue);
        await nothingLost(queue, acknowledged);
        counts.staleSettlesRefused += await nothingStale(queue, acknowledged.held);
      } finally {
        await queue.close();
      }
    }
    counts.acknowledged = acknowledged.size;
    const jobs = await drained(path);
    rmSync(folder, { recursive: true, force: true });
    return { ...counts, jobs };
  } catch (error) {
    // The database is what tells why.
    throw new Error(`seed ${seed}, kill ${counts.kills + 1}: see ${path}`, { cause: error });
  }
}

/** Lets a process work until the moment, then kills it; resolves with the lines that it said. */
function workAndKill(path: string, seed: number, { lines, delayMs }: Moment): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, ENGINE, path, String(seed)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    let said = 0;
    let dying = false;
    const killSoon = (): void => {
      if (dying || said < lines) return;
      dying = true;
      setTimeout(() => child.kill("SIGKILL"), delayMs);
    };
    killSoon();
    child.stdout.on("data", (data: Buffer) => {
      const part = data.toString();
      text += part;
      said += part.split("\n").length - 1;
      killSoon();
    });
    child.on("error", reject);
    child.on("close", (_code, signal) => {
      // What comes after the last line break was cut.
      if (signal === "SIGKILL") resolve(text.split("\n").slice(0, -1));
      else reject(new Error(`the process ended by itself (${signal})`));
    });
  });
}

/** Runs whose jobs or edges are not all there. */
const TORN_RUNS = `SELECT r.id FROM dag_runs r
  WHERE r.jobs <> (SELECT count(*) FROM jobs j WHERE j.run_id = r.id)
     OR r.edges <> (SELECT count(*) FROM job_dependencies d WHERE d.child_job_id >= r.first_job_id AND d.child_job_id < r.first_job_id + r.jobs)`;

/** A third job of a batch without its first, or a first without its third: ids of one call follow each other. */
const TORN_BATCHES = `SELECT id FROM jobs j WHERE queue = 'by hand' AND args = '{"i":0}'
  AND (SELECT count(*) FROM jobs k WHERE k.queue = 'by hand' AND k.id BETWEEN j.id AND j.id + 2) <> 3
  UNION ALL SELECT id FROM jobs j WHERE queue = 'by hand' AND args <> '{"i":0}'
  AND NOT EXISTS (FROM jobs k WHERE k.queue = 'by hand' AND k.id BETWEEN j.id - 2 AND j.id AND k.args = '{"i":0}')`;

/** Numbers that were given out twice. */
const TWICE = `SELECT 'job' AS what, id FROM jobs GROUP BY id HAVING count(*) > 1
  UNION ALL SELECT 'run', id FROM dag_runs GROUP BY id HAVING count(*) > 1
  UNION ALL SELECT 'seq', seq FROM (SELECT seq FROM transitions UNION ALL SELECT seq FROM control)
  GROUP BY seq HAVING count(*) > 1`;

async function nothingTorn(queue: Queue): Promise<void> {
  assert.equal(queue.repair, null);
  assert.deepEqual(await queue.sql(TWICE), []);
  assert.deepEqual(await queue.sql(TORN_RUNS), []);
  assert.deepEqual(await queue.sql(TORN_BATCHES), []);
  const { equal } = await queue.selfCheck();
  assert.equal(equal, true, "the ledger is what the log says");
}

async function nothingLost(queue: Queue, told: Acknowledged): Promise<void> {
  const ids = async (sql: string): Promise<Set<number>> =>
    new Set((await queue.sql(`SELECT id::INT AS id FROM (${sql})`)).map(({ id }) => Number(id)));
  const runs = await ids("SELECT id FROM dag_runs");
  const jobs = await ids("SELECT id FROM jobs");
  const done = await ids("SELECT id FROM job_state WHERE state = 'done'");
  const undoneRuns = await ids(
    "SELECT DISTINCT run_id AS id FROM job_state WHERE state <> 'done' AND run_id > 0",
  );
  const without = (all: Set<number>, there: Set<number>): number[] =>
    [...all].filter((id) => !there.has(id));
  assert.deepEqual(without(told.submitted, runs), [], "submitted runs that are lost");
  assert.deepEqual(
    [...told.done].filter((run) => undoneRuns.has(run)),
    [],
    "runs that were done and are not",
  );
  assert.deepEqual(without(told.enqueued, jobs), [], "enqueued jobs that are lost");
  assert.deepEqual(without(told.acked, done), [], "acks that are lost");
}

/** Tries to settle with every token of the dead process; returns how many there were, all of them refused. */
async function nothingStale(queue: Queue, held: ReadonlyMap<number, number>): Promise<number> {
  const before = await queue.sql("SELECT max(seq)::INT AS seq FROM transitions");
  for (const [jobId, attempt] of held)
    await assert.rejects(queue.claims.ack({ jobId, attempt }, "stale"), { code: "STALE_TOKEN" });
  assert.deepEqual(await queue.sql("SELECT max(seq)::INT AS seq FROM transitions"), before);
  // What is free is claimed anew, under an attempt that nobody had before.
  const claims = await queue.claims.claim({ queues: ["by hand"], limit: 1000 });
  for (const { jobId, attempt } of claims)
    assert.ok(attempt > (held.get(jobId) ?? 0), `attempt ${attempt} of job ${jobId} is a new one`);
  for (const claim of claims) await queue.claims.nack(claim);
  return held.size;
}

/** Lets all that is left run to its end; returns how many jobs there are. */
async function drained(path: string): Promise<number> {
  const queue = await Queue.open({ path });
  queue.task("step", async (args: { i: number }) => args.i);
  queue.worker({ queues: ["default", "by hand"], concurrency: 50 }).start();
  await queue.idle();
  const { jobs, doneOnce, ordered, violations } = await queue.audit();
  const counters = queue.stats();
  await queue.close();
  assert.deepEqual(
    { doneOnce, ordered, violations },
    { doneOnce: true, ordered: true, violations: [] },
  );
  assert.equal(counters.staleSettles, 0);
  return jobs;
}
