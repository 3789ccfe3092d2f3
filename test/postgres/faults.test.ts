/** Many processes on one database, and what happens to processes, connections and servers. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Queue } from "../../src/engine/index.ts";
import { startServer, type TestServer } from "../support/postgres/server.ts";

const NODES = 10_000;
const WORKERS = 4;
const WORKER_FILE = fileURLToPath(
  new URL("../support/postgres/worker-process.ts", import.meta.url),
);

let server: TestServer;
const started: ChildProcess[] = [];

beforeAll(async () => {
  server = await startServer(["fsync=off"]);
});

afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  await server.stop();
});

async function startWorker(): Promise<ChildProcess> {
  const child = fork(WORKER_FILE, [server.url], { execArgv: ["--import", "tsx"] });
  started.push(child);
  await once(child, "message");
  return child;
}

/** Cuts every connection of a process; returns how many there were. */
async function cutConnections(pid: number | undefined): Promise<number | null> {
  const client = new pg.Client(server.url);
  await client.connect();
  const { rowCount } = await client.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1",
    [`quackmark ${pid}`],
  );
  await client.end();
  return rowCount;
}

it("drains 10,000 nodes exactly once through killed and stopped workers, cut connections and a crash of the server", async () => {
  const queue = await Queue.open({ url: server.url });
  queue.task("nap", () => undefined);
  const edges = Array.from(
    { length: NODES - 1 },
    (_, i) => [i + 1, Math.floor((i + 1) * 0.618) % (i + 1)] as const,
  );
  const { runId } = await queue.submit({
    nodes: Array.from({ length: NODES }, (_, i) => ({ task: "nap", args: { i } })),
    edges,
  });
  const workers = await Promise.all(Array.from({ length: WORKERS }, startWorker));
  const [killed, stopped, cut] = workers as [ChildProcess, ChildProcess, ChildProcess];
  const reached = async (part: number): Promise<void> => {
    while ((await queue.runs.progress(runId)) < part) await sleep(20);
  };
  await reached(0.1);
  killed.kill("SIGKILL");
  workers[0] = await startWorker();
  await reached(0.25);
  stopped.kill("SIGSTOP");
  await reached(0.35);
  // Each has its lane, its listener and a reader.
  expect(await cutConnections(cut.pid)).toBe(3);
  expect(await cutConnections(process.pid)).toBe(3);
  await reached(0.5);
  await server.restart("immediate");
  await reached(0.65);
  stopped.kill("SIGCONT");
  expect(await queue.waitForRun(runId)).toEqual({
    runId,
    status: "done",
    jobs: NODES,
    done: NODES,
    failed: 0,
    skipped: 0,
    cancelled: 0,
  });
  for (const worker of workers) worker.disconnect();
  const codes = await Promise.all(
    workers.map(async (worker) => worker.exitCode ?? (await once(worker, "exit"))[0]),
  );
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(await queue.audit()).toMatchObject({
    jobs: NODES,
    edges: NODES - 1,
    doneOnce: true,
    ordered: true,
    violations: [],
  });
  expect(await queue.selfCheck()).toEqual({ equal: true, memory: [], log: [] });
  const [claims] = await queue.sql(
    `SELECT count(*) - count(ended_at) AS open, count(*) - count(DISTINCT (job_id, attempt)) AS doubled,
       count(*) FILTER (WHERE outcome = 'done') AS done FROM attempts`,
  );
  expect(claims).toEqual({ open: 0n, doubled: 0n, done: BigInt(NODES) });
  await queue.close();
});
