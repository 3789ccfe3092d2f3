/**
 * The speed of light for the engine: a raw DuckDB loop of the same shape with no engine around it.
 * Also the calibration kernel, by which numbers of different machines compare.
 *
 *   npx tsx scripts/limit.ts --jobs 100000 --batch 1000 [--seed 1]
 *
 * A random DAG (one or two parents per node) is written in one transaction, then drained. Each commit
 * carries the results of one batch and the claims of the next; rows travel as column chunks. Handlers
 * are async no-ops with JSON args and JSON results. The log is read back at the end. Prints one JSON line.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  BIGINT,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  INTEGER,
  SMALLINT,
  TIMESTAMP,
  UTINYINT,
  VARCHAR,
} from "@duckdb/node-api";
import { joined, randomEdges } from "./limit-graph.ts";

const CHUNK_ROWS = 2048;
const CLAIMED = 2;
const DONE = 3;
const TABLES = [
  "create table jobs(id BIGINT, run_id BIGINT, name VARCHAR, queue VARCHAR, task VARCHAR, args VARCHAR, priority SMALLINT, rule UTINYINT, max_attempts SMALLINT, timeout_ms INTEGER, run_at TIMESTAMP, created_at TIMESTAMP)",
  "create table job_dependencies(child_job_id BIGINT, parent_job_id BIGINT)",
  "create table transitions(seq BIGINT, job_id BIGINT, state UTINYINT, attempt SMALLINT, ts TIMESTAMP, worker INTEGER, payload VARCHAR)",
];

interface Vector {
  items: { [index: number]: unknown; fill(value: unknown, from: number, to: number): unknown };
  setItem(index: number, value: unknown): void;
  flush?(): void;
}

type Fill = (columns: Vector[], first: number, rows: number) => void;

/** A random DAG in columns, with its children by parent. */
interface Graph {
  readonly children: readonly number[];
  readonly parents: readonly number[];
  readonly degree: Int32Array;
  readonly from: Int32Array;
  readonly out: Int32Array;
}

/** Appends rows as chunks: `put(n, fill)` lets `fill` write the columns of each. */
async function writer(db: DuckDBConnection, table: string, types: DuckDBType[]) {
  const appender = await db.createAppender(table);
  const chunk = DuckDBDataChunk.create(types);
  return {
    put(n: number, fill: Fill): void {
      for (let first = 0; first < n; first += CHUNK_ROWS) {
        const rows = Math.min(CHUNK_ROWS, n - first);
        chunk.reset();
        chunk.rowCount = rows;
        const columns = types.map((_, k) => chunk.getColumnVector(k) as unknown as Vector);
        fill(columns, first, rows);
        for (const column of columns) column.flush?.();
        appender.appendDataChunk(chunk);
      }
      appender.flushSync();
    },
    close: () => appender.closeSync(),
  };
}

function randomGraph(jobs: number, seed: number): Graph {
  const { children, parents } = randomEdges(jobs, seed);
  const degree = new Int32Array(jobs);
  for (const child of children) degree[child] = (degree[child] as number) + 1;
  const from = new Int32Array(jobs + 1);
  for (const p of parents) from[p + 1] = (from[p + 1] as number) + 1;
  for (let i = 0; i < jobs; i++) from[i + 1] = (from[i + 1] as number) + (from[i] as number);
  const out = new Int32Array(parents.length);
  const at = from.slice();
  parents.forEach((p, e) => {
    out[at[p] as number] = children[e] as number;
    at[p] = (at[p] as number) + 1;
  });
  return { children, parents, degree, from, out };
}

async function submit(
  db: DuckDBConnection,
  graph: Graph,
  args: readonly string[],
  now: bigint,
): Promise<void> {
  await db.run("begin");
  const edges = await writer(db, "job_dependencies", [BIGINT, BIGINT]);
  edges.put(graph.parents.length, ([child, parent], first, rows) => {
    for (let i = 0; i < rows; i++) {
      (child as Vector).items[i] = BigInt(graph.children[first + i] as number);
      (parent as Vector).items[i] = BigInt(graph.parents[first + i] as number);
    }
  });
  edges.close();
  const jobs = await writer(db, "jobs", [
    BIGINT,
    BIGINT,
    VARCHAR,
    VARCHAR,
    VARCHAR,
    VARCHAR,
    SMALLINT,
    UTINYINT,
    SMALLINT,
    INTEGER,
    TIMESTAMP,
    TIMESTAMP,
  ]);
  jobs.put(args.length, (v, first, rows) => {
    const column = (k: number) => v[k] as Vector;
    for (let i = 0; i < rows; i++) {
      const id = first + i;
      column(0).items[i] = BigInt(id);
      column(2).setItem(i, `n${id}`);
      column(3).setItem(i, "default");
      column(4).setItem(i, "noop");
      column(5).setItem(i, args[id]);
    }
    const constants: [number, unknown][] = [
      [1, 1n],
      [6, 50],
      [7, 0],
      [8, 3],
      [9, 300000],
      [10, now],
      [11, now],
    ];
    for (const [k, value] of constants) column(k).items.fill(value, 0, rows);
  });
  jobs.close();
  await db.run("commit");
}

async function drain(
  db: DuckDBConnection,
  graph: Graph,
  args: readonly string[],
  batchSize: number,
  now: bigint,
): Promise<{ commits: number; done: number }> {
  const ready = new Int32Array(args.length);
  let head = 0;
  let tail = 0;
  let seq = 0n;
  let commits = 0;
  let done = 0;
  args.forEach((_, i) => {
    if (graph.degree[i] === 0) ready[tail++] = i;
  });
  const log = await writer(db, "transitions", [
    BIGINT,
    BIGINT,
    UTINYINT,
    SMALLINT,
    TIMESTAMP,
    INTEGER,
    VARCHAR,
  ]);
  const take = () => {
    const batch = ready.subarray(head, Math.min(tail, head + batchSize));
    head += batch.length;
    return batch;
  };
  const handler = async ({ i }: { i: number }) => i;
  const commit = async (settled: Int32Array, results: string[], claimed: Int32Array) => {
    await db.run("begin");
    const jobs = joined(settled, claimed);
    log.put(jobs.length, (v, first, rows) => {
      const column = (k: number) => v[k] as Vector;
      for (let i = 0; i < rows; i++) {
        const k = first + i;
        column(0).items[i] = seq++;
        column(1).items[i] = BigInt(jobs[k] as number);
        column(2).items[i] = k < settled.length ? DONE : CLAIMED;
        column(6).setItem(i, results[k] ?? null);
      }
      const constants: [number, unknown][] = [
        [3, 1],
        [4, now],
        [5, 1],
      ];
      for (const [k, value] of constants) column(k).items.fill(value, 0, rows);
    });
    await db.run("commit");
    commits++;
  };
  let batch = take();
  await commit(new Int32Array(0), [], batch);
  while (batch.length > 0) {
    const running = Array.from(batch, (id) => handler(JSON.parse(args[id] as string)));
    const results = (await Promise.all(running)).map((r) => JSON.stringify(r));
    for (const p of batch) {
      for (let e = graph.from[p] as number; e < (graph.from[p + 1] as number); e++) {
        const child = graph.out[e] as number;
        graph.degree[child] = (graph.degree[child] as number) - 1;
        if (graph.degree[child] === 0) ready[tail++] = child;
      }
    }
    done += batch.length;
    const next = take();
    await commit(batch, results, next);
    batch = next;
  }
  log.close();
  return { commits, done };
}

const { values: opt } = parseArgs({
  options: {
    jobs: { type: "string", default: "100000" },
    batch: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
  },
});
const count = Number(opt.jobs);
const batchSize = Number(opt.batch);
const folder = mkdtempSync(join(tmpdir(), "limit-"));
const instance = await DuckDBInstance.create(join(folder, "limit.db"), {
  threads: "2",
  checkpoint_threshold: "128MB",
});
const db = await instance.connect();
for (const sql of TABLES) await db.run(sql);
const graph = randomGraph(count, Number(opt.seed));
const args = Array.from({ length: count }, (_, i) => `{"i":${i}}`);
const now = BigInt(Date.now()) * 1000n;
let start = performance.now();
await submit(db, graph, args, now);
const submitMs = performance.now() - start;
start = performance.now();
const { commits, done } = await drain(db, graph, args, batchSize, now);
const drainMs = performance.now() - start;
const read = async (sql: string) => ((await (await db.run(sql)).getRows())[0] ?? []).map(Number);
const [finished] = await read(
  `select count(*) from (select job_id, arg_max(state, seq) s from transitions group by job_id) where s = ${DONE}`,
);
db.closeSync();
instance.closeSync();
rmSync(folder, { recursive: true, force: true });
if (finished !== count || done !== count)
  throw new Error(`wrong answer: ${finished} of ${count} finished`);
console.log(
  JSON.stringify({
    jobs: count,
    edges: graph.parents.length,
    batch: batchSize,
    submitMs,
    submitRowsPerS: ((count + graph.parents.length) / submitMs) * 1000,
    drainMs,
    drainJobsPerS: (count / drainMs) * 1000,
    commits,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  }),
);
