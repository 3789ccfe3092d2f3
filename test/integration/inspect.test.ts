/** `bench inspect` over real databases: what it shows, and that it leaves every file as it was. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Queue } from "../../src/engine/index.ts";
import { otherProcess } from "../support/other-process.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

let folder: string;
let clean: string;
/** Its process was killed: a lock and a log lie beside it. */
let killed: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-inspect-"));
  clean = join(folder, "clean.db");
  const queue = await Queue.open({ path: clean });
  queue.task("ok", () => "fine");
  queue.task("bad", () => {
    throw new Error("no such bucket");
  });
  await queue.submit({
    name: "nightly",
    nodes: ["a", "b", "c"].map((name) => ({ name, task: "ok" })),
    edges: [
      ["b", "a"],
      ["c", "b"],
    ],
  });
  await queue.enqueue({ task: "bad", maxAttempts: 1 });
  queue.worker().start();
  await queue.idle();
  for (let i = 0; i < 3; i++) await queue.enqueue({ task: "ok", queue: "mail" });
  const later = { task: "ok", queue: "mail", delayMs: 3_600_000 };
  await queue.enqueue({ task: "ok", queue: "mail", dependsOn: [await queue.enqueue(later)] });
  await queue.pause("mail");
  await queue.close();

  killed = join(folder, "killed.db");
  const other = await otherProcess("open-and-wait.mjs", [killed, "full", "25"]);
  await other.end("SIGKILL");
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function inspect(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "inspect", ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

/** Every file of the folder with a hash of its bytes. */
function bytesOf(place: string): readonly string[] {
  return readdirSync(place).map(
    (name) =>
      `${name} ${createHash("sha256")
        .update(readFileSync(join(place, name)))
        .digest("hex")}`,
  );
}

function refused(...args: readonly string[]): string {
  const before = bytesOf(folder);
  const { code, out, err } = inspect(...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(/^bench: [^\n]+\n$/);
  expect(bytesOf(folder)).toEqual(before);
  return err.slice("bench: ".length, -1);
}

it("counts the states of each queue, says sizes and schema, and leaves the file as it was", () => {
  const before = bytesOf(folder);
  const { code, out } = inspect(clean);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^clean\.db {2}schema 2 · file [\d,.]+ [kM]B · log 0 B · 9 jobs · 3 edges · 1 run · 0 schedules$/m,
  );
  expect(out).toMatch(/^queue +jobs +blocked +delayed +ready +done +failed$/m);
  expect(out).toMatch(/^default +4 +0 +0 +0 +3 +1$/m);
  expect(out).toMatch(/^mail \(paused\) +5 +1 +1 +3 +0 +0$/m);
  expect(bytesOf(folder)).toEqual(before);
});

it("shows runs, jobs and dead letters, and how many rows it leaves out", () => {
  expect(inspect(clean, "--runs").out).toMatch(/^ +1 +nightly +done +3 +3 +0 +0 +0 /m);
  expect(inspect(clean, "--dead").out).toMatch(/^ +4 +bad +Error: no such bucket +1 /m);
  const { out } = inspect(clean, "--jobs", "--limit", "2");
  expect(out).toMatch(/^jobs {2}2 of 9$/m);
  expect(out).toMatch(/^7 more not shown: raise --limit$/m);
});

it("answers SQL in a table and in JSON, with the rows that it leaves out", () => {
  const query = "SELECT id, state FROM job_state WHERE queue = 'default' ORDER BY id;";
  const { out } = inspect(clean, "--sql", query, "--json", "--limit", "1");
  expect(JSON.parse(out)).toEqual({ rows: [{ id: 1, state: "done" }], leftOut: 3 });
  expect(inspect(clean, "--sql", query).out).toMatch(/^ 4 +failed$/m);
});

it("reads commits from the log of a process that was killed, and replays nothing into the file", () => {
  const before = bytesOf(folder);
  const { code, out } = inspect(killed, "--json");
  expect(code).toBe(0);
  const { jobs, walBytes, queues } = JSON.parse(out);
  expect([jobs, walBytes > 0, queues[0].states.ready]).toEqual([25, true, 25]);
  expect(bytesOf(folder)).toEqual(before);
});

it("refuses while a queue or another program holds the file, and says who", async () => {
  for (const program of ["open-and-wait.mjs", "hold-plainly.mjs"]) {
    const path = join(folder, `held-${program}.db`);
    const other = await otherProcess(program, [path]);
    const { code, err } = inspect(path);
    expect([code, err]).toEqual([
      2,
      `bench: ${path} is already open by process ${other.child.pid}; close that queue first, or share the one Queue object\n`,
    ]);
    await other.end();
  }
});

it("refuses in one line what is no queue, is newer, or is not there", async () => {
  expect(refused("missing.db")).toBe("missing.db: there is no such file");
  expect(refused("nowhere/missing.db")).toMatch(/there is no folder .*nowhere/);
  expect(refused(":memory:")).toMatch(/is in the memory of its process/);
  expect(refused(".")).toBe(". is no file");
  writeFileSync(join(folder, "text.db"), "this is a text, and longer than a header ".repeat(400));
  expect(refused("text.db")).toMatch(/DuckDB cannot open this file/);
  writeFileSync(join(folder, "empty.db"), "");
  expect(refused("empty.db")).toMatch(/empty\.db/);
  writeFileSync(join(folder, "gone.db.wal"), "a log");
  expect(refused("gone.db")).toMatch(/gone\.db\.wal is there but .*gone\.db is not/);
  await plain("other.db", "CREATE TABLE t(i INTEGER)");
  expect(refused("other.db")).toMatch(/is a DuckDB database, but no queue of ours/);
  await plain("newer.db", "CREATE TABLE schema_version AS SELECT 99 AS version");
  expect(refused("newer.db")).toMatch(/has schema version 99, and this build knows 2/);
});

it("refuses a damaged log, which only a repair makes readable", () => {
  const log = readFileSync(`${killed}.wal`);
  const damaged = Buffer.from(log);
  damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] as number) ^ 0xff;
  writeFileSync(`${killed}.wal`, damaged);
  expect(refused(killed)).toMatch(/killed\.db\.wal is damaged; open the queue once/);
  writeFileSync(`${killed}.wal`, log);
  expect(inspect(killed).code).toBe(0);
});

it("refuses SQL that writes or reads elsewhere, and wrong flags", () => {
  expect(refused(clean, "--sql", "DELETE FROM jobs")).toMatch(/takes one SELECT.*DELETE/);
  expect(refused(clean, "--sql", "SELECT * FROM read_text('/etc/hostname')")).toMatch(/read_text/);
  expect(refused(clean, "--sql", "SELECT nothing FROM jobs")).toMatch(/The query failed/);
  expect(refused(clean, "--jobs", "--runs")).toBe("--runs and --jobs: give one of them");
  expect(refused(clean, "--limit", "0")).toMatch(/not a whole number from 1/);
  expect(refused("postgres://localhost/db")).toMatch(/psql/);
});

async function plain(name: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(join(folder, name));
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}
