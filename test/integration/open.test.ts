/** S1, S2, S3: how a queue is opened, and what it does about files that are in use, damaged, older or not there. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import type { Queue, QueueOptions } from "../../src/engine/index.ts";
import { queueBench } from "../support/open-queue.ts";
import { ENGINE, otherProcess } from "../support/other-process.ts";

const bench = queueBench();

async function openWithTask(options: Partial<QueueOptions> = {}): Promise<Queue> {
  const queue = await bench.open(options);
  queue.task("t", async () => null);
  return queue;
}

const inFolder = (name: string): string => join(dirname(bench.path), name);

async function jobIds(queue: Queue): Promise<number[]> {
  return (await queue.sql("SELECT id::INT AS id FROM jobs ORDER BY id")).map(({ id }) =>
    Number(id),
  );
}

/** Runs statements on a file without the engine. */
async function plainly(path: string, ...statements: string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const sql of statements) await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

describe("S1: one open per file", () => {
  it("S1: a second open in the process is refused, by whatever path it comes", async () => {
    const queue = await openWithTask();
    symlinkSync(dirname(bench.path), inFolder("link"));
    for (const path of [
      bench.path,
      inFolder("link/queue.db"),
      inFolder("../") + bench.path.split("/").slice(-2).join("/"),
    ])
      await expect(bench.open({ path })).rejects.toMatchObject({
        name: "AlreadyOpenError",
        code: "ALREADY_OPEN",
        message: expect.stringContaining("already open by this process"),
      });
    expect(await queue.enqueue({ task: "t" })).toBe(1);
    await queue.close();
    await (await openWithTask()).close();
  });

  it("S1: a worker thread is refused, and what it was refused goes on", async () => {
    const queue = await openWithTask();
    const code = `const { parentPort } = require("node:worker_threads");
      import(${JSON.stringify(ENGINE)}).then(({ Queue }) => Queue.open({ path: ${JSON.stringify(bench.path)} }))
        .then(() => parentPort.postMessage("opened"), ({ code }) => parentPort.postMessage(code));`;
    const thread = new Worker(code, { eval: true });
    const said = await new Promise((resolve) => thread.once("message", resolve));
    await thread.terminate();
    expect(said).toBe("ALREADY_OPEN");
    expect(await queue.enqueue({ task: "t" })).toBe(1);
  });

  it("S1: a second process is refused, and told which one holds the file", async () => {
    const queue = await openWithTask();
    const other = await otherProcess("open-and-wait.mjs", [bench.path]);
    expect(other.said).toMatchObject({
      code: "ALREADY_OPEN",
      message: expect.stringContaining(`already open by process ${process.pid}`),
    });
    await other.end();
    expect(await queue.enqueue({ task: "t" })).toBe(1);
  });

  it("S1: the lock of a process that was killed is taken over at once, with all that was acknowledged", async () => {
    const other = await otherProcess("open-and-wait.mjs", [bench.path, "full", "3"]);
    expect(other.said).toEqual({ ids: [1, 2, 3] });
    await expect(bench.open()).rejects.toMatchObject({
      message: expect.stringContaining(`already open by process ${other.child.pid}`),
    });
    await other.end("SIGKILL");
    const queue = await openWithTask();
    expect(await jobIds(queue)).toEqual([1, 2, 3]);
    expect(queue.repair).toBeNull();
  });

  it.each([
    ["of a process that had our pid before us", () => ({ startedAt: "1" })],
    ["of another start of the machine", () => ({ bootId: "another" })],
    ["with nothing in it", () => null],
  ])("S1: a lock file %s is taken over", async (_, change) => {
    const queue = await openWithTask();
    const own = JSON.parse(readFileSync(`${bench.path}.lock`, "utf8")) as object;
    await queue.close();
    const changed = change();
    writeFileSync(
      `${bench.path}.lock`,
      changed === null ? "" : JSON.stringify({ ...own, ...changed }),
    );
    await (await openWithTask()).close();
    expect(readdirSync(dirname(bench.path)).sort()).toEqual(["queue.db"]);
  });

  it("S1: numbers go on after a close; no row of the log and none of control shares one", async () => {
    for (let opened = 0; opened < 3; opened++) {
      const queue = await openWithTask();
      queue.worker().start();
      await queue.enqueue({ task: "t" });
      await queue.idle();
      await queue.close();
    }
    const queue = await openWithTask();
    const twice =
      "SELECT seq FROM (SELECT seq FROM transitions UNION ALL SELECT seq FROM control) GROUP BY seq HAVING count(*) > 1";
    expect(await queue.sql(twice)).toEqual([]);
    expect(await jobIds(queue)).toEqual([1, 2, 3]);
  });

  it("S1: a process that holds the file without our lock is named too", async () => {
    await (await openWithTask()).close();
    const holder = await otherProcess("hold-plainly.mjs", [bench.path]);
    await expect(bench.open()).rejects.toMatchObject({
      code: "ALREADY_OPEN",
      message: expect.stringContaining(`process ${holder.child.pid}`),
    });
    await holder.end();
    await (await openWithTask()).close();
  });

  it("S1: a folder that is not there is named, and nothing is made", async () => {
    await expect(bench.open({ path: inFolder("none/queue.db") })).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringContaining("create it first"),
    });
    expect(readdirSync(dirname(bench.path))).toEqual([]);
  });
});

describe("S1: damaged files", () => {
  /** A database whose process is gone: ten jobs, each in a commit of its own. Returns where each commit ends in the log. */
  async function crashed(): Promise<{ path: string; wal: string; ends: number[] }> {
    const queue = await openWithTask();
    const ends: number[] = [];
    for (let job = 1; job <= 10; job++) {
      await queue.enqueue({ task: "t" });
      ends.push(statSync(`${bench.path}.wal`).size);
    }
    const path = inFolder("crashed.db");
    copyFileSync(bench.path, path);
    copyFileSync(`${bench.path}.wal`, `${path}.wal`);
    return { path, wal: `${path}.wal`, ends };
  }

  function overwrite(file: string, at: number, bytes: Uint8Array): void {
    const descriptor = openSync(file, "r+");
    writeSync(descriptor, bytes, 0, bytes.length, at);
    closeSync(descriptor);
  }

  function flipBit(file: string, at: number): void {
    const descriptor = openSync(file, "r");
    const byte = new Uint8Array(1);
    readSync(descriptor, byte, 0, 1, at);
    closeSync(descriptor);
    overwrite(file, at, new Uint8Array([(byte[0] as number) ^ 4]));
  }

  it("S1: a log that ends in the middle of a commit opens without that commit, and needs no repair", async () => {
    const { path, wal, ends } = await crashed();
    truncateSync(wal, (ends[9] as number) - 3);
    const queue = await openWithTask({ path });
    expect(await jobIds(queue)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(queue.repair).toBeNull();
    await queue.close();
  });

  it("S1: a log whose tail is zeros is copied aside and cut, and what is before it is kept", async () => {
    const { path, wal, ends } = await crashed();
    const size = ends[9] as number;
    overwrite(wal, size - 40, new Uint8Array(40));
    const before = readFileSync(wal);
    const queue = await openWithTask({ path });
    expect(await jobIds(queue)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const { cutBytes, lostCommits, copies } = queue.repair ?? { copies: [] };
    expect({ cutBytes, lostCommits }).toEqual({
      cutBytes: size - (ends[8] as number),
      lostCommits: 0,
    });
    expect(copies).toHaveLength(2);
    expect(readFileSync(copies[1] as string).equals(before)).toBe(true);
    await queue.close();
  });

  it("S1: a bit that flipped in the data of a commit costs that commit and those behind it, which are counted", async () => {
    const { path, wal, ends } = await crashed();
    flipBit(wal, (ends[7] as number) + 60);
    const queue = await openWithTask({ path });
    expect(await jobIds(queue)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(queue.repair).toMatchObject({
      cutBytes: (ends[9] as number) - (ends[7] as number),
      lostCommits: 2,
    });
    await queue.close();
  });

  it("S1: a bit that flipped in a length looks like the end, and is found out all the same", async () => {
    const { path, wal, ends } = await crashed();
    // The fifth byte of the length: the entry seems to be gigabytes long.
    flipBit(wal, (ends[3] as number) + 4);
    const queue = await openWithTask({ path });
    expect(await jobIds(queue)).toEqual([1, 2, 3, 4]);
    expect(queue.repair).toMatchObject({
      cutBytes: (ends[9] as number) - (ends[3] as number),
      lostCommits: 6,
    });
    // Ids that were given out with the lost commits are not given out again.
    expect(await queue.enqueue({ task: "t" })).toBeGreaterThan(2 ** 20);
    await queue.close();
    const again = await openWithTask({ path });
    expect(again.repair).toBeNull();
    expect(await jobIds(again)).toHaveLength(5);
    await again.close();
  });

  it("S1: a log without its database is refused and stays as it is", async () => {
    const { path, wal } = await crashed();
    const before = readFileSync(wal);
    copyFileSync(wal, inFolder("lonely.db.wal"));
    await expect(openWithTask({ path: inFolder("lonely.db") })).rejects.toMatchObject({
      code: "WAL_WITHOUT_DATABASE",
      message: expect.stringContaining("restore the database file"),
    });
    expect(readFileSync(inFolder("lonely.db.wal")).equals(before)).toBe(true);
    expect(existsSync(inFolder("lonely.db"))).toBe(false);
    expect(path).not.toBe("");
  });

  it("S1: a log of another database, and a file that is no log, are refused and stay as they are", async () => {
    const { path, wal } = await crashed();
    await plainly(inFolder("other.db"), "CREATE TABLE t(i INT)", "CHECKPOINT");
    for (const make of [
      () => copyFileSync(wal, inFolder("other.db.wal")),
      () => writeFileSync(inFolder("other.db.wal"), "these are notes and no log"),
    ]) {
      make();
      const before = readFileSync(inFolder("other.db.wal"));
      await expect(openWithTask({ path: inFolder("other.db") })).rejects.toMatchObject({
        code: "WAL_DAMAGED",
      });
      expect(readFileSync(inFolder("other.db.wal")).equals(before)).toBe(true);
    }
    expect(path).not.toBe("");
  });

  it("S1: a file that is no database, and a database that is no queue, are refused and stay as they are", async () => {
    const path = inFolder("notes.txt");
    writeFileSync(path, "no database at all, but long enough to be one".repeat(1000));
    await expect(openWithTask({ path })).rejects.toMatchObject({ code: "NOT_A_QUEUE" });
    expect(statSync(path).size).toBe(45_000);
    const other = inFolder("other.db");
    await plainly(other, "CREATE TABLE customers(i INT)");
    await expect(openWithTask({ path: other })).rejects.toMatchObject({ code: "NOT_A_QUEUE" });
    mkdirSync(inFolder("folder"));
    await expect(openWithTask({ path: inFolder("folder") })).rejects.toMatchObject({
      code: "NOT_A_QUEUE",
    });
  });
});

describe("S1: schema versions", () => {
  it("S1: a newer schema is refused", async () => {
    await (await openWithTask()).close();
    await plainly(bench.path, "INSERT INTO schema_version VALUES (99, TIMESTAMP '2026-01-01')");
    await expect(openWithTask()).rejects.toMatchObject({
      code: "NEWER_SCHEMA",
      message: expect.stringContaining("upgrade quackmark"),
    });
  });

  it("S1: an older schema is migrated and checkpointed, with its jobs", async () => {
    const first = await openWithTask();
    await first.enqueue({ task: "t" });
    await first.close();
    await plainly(
      bench.path,
      "UPDATE schema_version SET version = 1",
      "DROP VIEW critical_path",
      "CREATE OR REPLACE VIEW job_state AS SELECT 1 AS old",
    );
    const queue = await openWithTask();
    expect(existsSync(`${bench.path}.wal`)).toBe(false);
    expect(
      await queue.sql("SELECT list(version ORDER BY version) AS v FROM schema_version"),
    ).toEqual([{ v: [1, 2] }]);
    expect(await queue.sql("SELECT state FROM job_state")).toEqual([{ state: "pending" }]);
    expect(await queue.sql("SELECT * FROM critical_path")).toEqual([]);
  });
});

describe("S2: memory and temporary files", () => {
  it("S2: workers of one queue in memory share it, and every job runs once", async () => {
    const queue = await openWithTask({ path: ":memory:" });
    const { runId } = await queue.submit({
      nodes: Array.from({ length: 200 }, () => ({ task: "t" })),
    });
    for (let i = 0; i < 4; i++) queue.worker({ concurrency: 7, claimBatch: 5 }).start();
    expect(await queue.waitForRun(runId)).toMatchObject({ status: "done", done: 200 });
    expect(await queue.audit()).toMatchObject({ jobs: 200, doneOnce: true, violations: [] });
  });

  it("S2: two queues in memory are two databases, and the second one warns", async () => {
    const warnings: string[] = [];
    const listen = (warning: Error & { code?: string }): void => {
      warnings.push(String(warning.code));
    };
    process.on("warning", listen);
    const first = await openWithTask({ path: ":memory:" });
    const second = await openWithTask({ path: ":memory:" });
    await first.enqueue({ task: "t" });
    expect([await jobIds(first), await jobIds(second)]).toEqual([[1], []]);
    await first.close();
    await second.close();
    await (await openWithTask({ path: ":memory:" })).close();
    process.off("warning", listen);
    expect(warnings).toEqual(["QUACKMARK_SECOND_MEMORY"]);
  });

  it("S2: `:memory:name` never becomes a file", async () => {
    const queue = await openWithTask({ path: ":memory:jobs" });
    await queue.enqueue({ task: "t" });
    await queue.close();
    expect(readdirSync(".").filter((name) => name.startsWith(":memory:"))).toEqual([]);
  });

  const scratch = (pid: number): string[] =>
    readdirSync(tmpdir()).filter((name) =>
      new RegExp(`^quackmark-scratch-\\d+-${pid}-`).test(name),
    );
  const withDatabase = (pid: number): string[] =>
    scratch(pid).filter((name) => existsSync(join(tmpdir(), name, "queue.db")));

  it("S2: `temp` is a file that is removed at close", async () => {
    const before = withDatabase(process.pid).length;
    const queue = await openWithTask({ path: "temp" });
    await queue.enqueue({ task: "t" });
    expect(withDatabase(process.pid)).toHaveLength(before + 1);
    await queue.close();
    expect(withDatabase(process.pid)).toHaveLength(before);
    expect(existsSync("temp")).toBe(false);
  });

  it("S2: `temp` is removed at exit, and after a crash by the next process", async () => {
    const leaves = await otherProcess("open-and-wait.mjs", ["temp", "full", "1"]);
    expect(withDatabase(leaves.child.pid as number)).toHaveLength(1);
    await leaves.end();
    expect(scratch(leaves.child.pid as number)).toEqual([]);
    const crashes = await otherProcess("open-and-wait.mjs", ["temp", "full", "1"]);
    await crashes.end("SIGKILL");
    expect(withDatabase(crashes.child.pid as number)).toHaveLength(1);
    const next = await otherProcess("open-and-wait.mjs", ["temp"]);
    expect(scratch(crashes.child.pid as number)).toEqual([]);
    await next.end();
  });
});

describe("S3: durability", () => {
  it("S3: `full` keeps what was acknowledged through kill -9, `relaxed` what was checkpointed", async () => {
    for (const [durability, kept] of [
      ["full", [1, 2, 3]],
      ["relaxed", []],
    ] as const) {
      const path = inFolder(`${durability}.db`);
      const other = await otherProcess("open-and-wait.mjs", [path, durability, "3"]);
      await other.end("SIGKILL");
      const queue = await openWithTask({ path, durability });
      expect(await jobIds(queue)).toEqual(kept);
      expect(queue.repair).toBeNull();
      await queue.close();
    }
  });

  it("S3: a closed queue leaves no timer behind that keeps its process alive, in either mode", async () => {
    for (const durability of ["full", "relaxed"] as const) {
      const queue = await openWithTask({ path: inFolder(`${durability}.db`), durability });
      await queue.enqueue({ task: "t" });
      queue.worker().start();
      await queue.idle();
      await queue.close();
      expect(bench.clock.nextTimerMs).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it("S3: `relaxed` writes a checkpoint after relaxedCheckpointMs, and again after the next commit", async () => {
    const queue = await openWithTask({ durability: "relaxed" });
    const stored = async (): Promise<number[]> => {
      const path = inFolder("copy.db");
      copyFileSync(bench.path, path);
      const copy = await openWithTask({ path });
      const ids = await jobIds(copy);
      await copy.close();
      return ids;
    };
    await queue.enqueue({ task: "t" });
    await queue.enqueue({ task: "t" });
    expect(await stored()).toEqual([]);
    bench.clock.advance(10_000);
    // The checkpoint has its turn before this commit.
    await queue.enqueue({ task: "t" });
    expect(await stored()).toEqual([1, 2]);
    bench.clock.advance(10_000);
    await queue.enqueue({ task: "t" });
    expect(await stored()).toEqual([1, 2, 3]);
    expect(existsSync(`${bench.path}.wal`)).toBe(false);
  });

  it("S3: a long log is checkpointed by the lane at checkpointBytes, a shorter one when nobody works", async () => {
    const queue = await openWithTask({
      config: { checkpointBytes: 1_048_576, backpressureRefuseJobs: 1_000_000 },
    });
    const walBytes = (): number =>
      statSync(`${bench.path}.wal`, { throwIfNoEntry: false })?.size ?? 0;
    const some = (jobs: number): Promise<unknown> =>
      queue.enqueueAll(Array.from({ length: jobs }, () => ({ task: "t", args: "x".repeat(40) })));
    let largest = 0;
    for (let batch = 0; batch < 20; batch++) {
      await some(4_096);
      largest = Math.max(largest, walBytes());
    }
    expect(largest).toBeGreaterThan(262_144);
    expect(largest).toBeLessThan(2_097_152);
    await queue.enqueue({ task: "t" });
    while (walBytes() < 262_144) await some(4_096);
    bench.clock.advance(1_000);
    bench.clock.advance(1_000);
    await queue.enqueue({ task: "t" });
    expect(walBytes()).toBeLessThan(10_000);
  });
});
