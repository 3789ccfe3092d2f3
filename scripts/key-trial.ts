/** The two workloads of the key measurement (scripts/measure-keys.ts): a database that is filled once, and a queue of constant length. */
import { statSync } from "node:fs";
import {
  BIGINT,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  type DuckDBValue,
  SMALLINT,
  UTINYINT,
  VARCHAR,
} from "@duckdb/node-api";

/** Keys and indexes to try, as pieces of the table definitions. */
export interface KeyShape {
  readonly name: string;
  readonly jobs?: string;
  readonly edges?: string;
  readonly index?: string;
}

/** Figures of a database that is filled once. */
export interface LoadFigures {
  /** BEGIN, appender and COMMIT of all jobs and edges. */
  readonly loadMs: number;
  /** CPU time of the same, all threads: neighbours on the machine hardly touch it. */
  readonly loadCpuMs: number;
  readonly fileBytes: number;
  /** The best 1,000 of the ready jobs. */
  readonly claimMs: number;
  /** The children of one job, mean of 100 lookups. */
  readonly childrenMs: number;
  /** A new state for 1,000 neighbouring jobs. */
  readonly updateMs: number;
}

/** Figures of a queue of constant length. */
export interface FifoFigures {
  /** CPU time of one round, mean. */
  readonly roundCpuMs: number;
  /** File size after a tenth of the rounds, after half and after all of them. */
  readonly sizesBytes: readonly [early: number, half: number, late: number];
  /** Why the delete needed a transaction of its own; empty when it did not. */
  readonly refusal: string;
}

const CHUNK_ROWS = 2048;
const JOB_TYPES: readonly DuckDBType[] = [BIGINT, VARCHAR, VARCHAR, VARCHAR, SMALLINT, UTINYINT];
const EDGE_TYPES: readonly DuckDBType[] = [BIGINT, BIGINT];
const READY = 1;
const DONE = 3;
const FAILED = 4;
/** One job in this many is ready; the others are done, as in a queue that is at work. */
const READY_SHARE = 100;
/** Jobs of one update and of one claim. */
const BATCH_JOBS = 1000;
const LOOKUPS = 100;
/** Jobs that come and go in one round of the FIFO queue, and its length in rounds. */
const ROUND_JOBS = 100;
const LENGTH_ROUNDS = 10;
const CHECKPOINT_ROUNDS = 100;
const US_PER_MS = 1000;

async function open(shape: KeyShape, file: string): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(file, { threads: "2" });
  const connection = await instance.connect();
  await connection.run(
    `CREATE TABLE jobs (id BIGINT, queue VARCHAR, task VARCHAR, args VARCHAR, priority SMALLINT, state UTINYINT${shape.jobs ?? ""})`,
  );
  await connection.run(
    `CREATE TABLE job_dependencies (child_job_id BIGINT, parent_job_id BIGINT${shape.edges ?? ""})`,
  );
  if (shape.index !== undefined) await connection.run(`CREATE INDEX hot ON ${shape.index}`);
  await connection.run("CHECKPOINT");
  connection.closeSync();
  return instance;
}

function chunksOf(types: readonly DuckDBType[], rows: readonly DuckDBValue[][]): DuckDBDataChunk[] {
  const chunks: DuckDBDataChunk[] = [];
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const chunk = DuckDBDataChunk.create(types);
    chunk.setRows(rows.slice(from, from + CHUNK_ROWS));
    chunks.push(chunk);
  }
  return chunks;
}

/** Jobs and edges, ready for the appender. */
type Generation = readonly [jobs: readonly DuckDBDataChunk[], edges: readonly DuckDBDataChunk[]];

/** `count` jobs from `firstId` with one or two parents each among them, 1.5 edges per job. */
function generation(firstId: number, count: number, random: () => number): Generation {
  const rows: DuckDBValue[][] = [];
  const edges: DuckDBValue[][] = [];
  for (let i = 0; i < count; i++) {
    const id = BigInt(firstId + i);
    const state = i % READY_SHARE === 0 ? READY : DONE;
    rows.push([id, "default", "noop", `{"i":${i}}`, Math.floor(random() * 101), state]);
    if (i === 0) continue;
    const parent = Math.floor(random() * i);
    edges.push([id, BigInt(firstId + parent)]);
    if (i % 2 === 0) edges.push([id, BigInt(firstId + ((parent + 1) % i))]);
  }
  // The first nodes have too few possible parents for two different ones.
  const distinct = new Map(edges.map((edge) => [edge.join(">"), edge]));
  return [chunksOf(JOB_TYPES, rows), chunksOf(EDGE_TYPES, [...distinct.values()])];
}

async function append(db: DuckDBConnection, table: string, chunks: readonly DuckDBDataChunk[]) {
  const appender = await db.createAppender(table);
  for (const chunk of chunks) appender.appendDataChunk(chunk);
  appender.closeSync();
}

async function transaction(db: DuckDBConnection, work: () => Promise<void>): Promise<void> {
  await db.run("BEGIN");
  try {
    await work();
  } catch (error) {
    await db.run("ROLLBACK");
    throw error;
  }
  await db.run("COMMIT");
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** Fills a new database at `file` with `jobs` jobs and 1.5 edges for each. */
export async function measureLoad(
  shape: KeyShape,
  file: string,
  jobs: number,
  random: () => number,
): Promise<LoadFigures> {
  const instance = await open(shape, file);
  const db = await instance.connect();
  const [rows, edges] = generation(1, jobs, random);
  const cpuStart = process.cpuUsage();
  const loadMs = await timed(() =>
    transaction(db, async () => {
      await append(db, "jobs", rows);
      await append(db, "job_dependencies", edges);
    }),
  );
  const loadCpuMs = cpuMsSince(cpuStart);
  await db.run("CHECKPOINT");
  const fileBytes = statSync(file).size;
  const claimMs = await timed(() =>
    db.runAndReadAll(
      `SELECT id FROM jobs WHERE state = ${READY} ORDER BY priority DESC, id LIMIT ${BATCH_JOBS}`,
    ),
  );
  const childrenMs = await timed(async () => {
    for (let i = 0; i < LOOKUPS; i++) {
      const parent = BigInt(1 + Math.floor(random() * jobs));
      await db.runAndReadAll("SELECT child_job_id FROM job_dependencies WHERE parent_job_id = $1", [
        parent,
      ]);
    }
  });
  const first = Math.floor(jobs / 2);
  const updateMs = await timed(() =>
    db.run(
      `UPDATE jobs SET state = ${FAILED} WHERE id BETWEEN ${first} AND ${first + BATCH_JOBS - 1}`,
    ),
  );
  db.closeSync();
  instance.closeSync();
  return { loadMs, loadCpuMs, fileBytes, claimMs, childrenMs: childrenMs / LOOKUPS, updateMs };
}

/** Runs a queue of 1,000 jobs in a new database at `file`: each round appends 100 and deletes the oldest 100. */
export async function measureFifo(
  shape: KeyShape,
  file: string,
  rounds: number,
  random: () => number,
): Promise<FifoFigures> {
  const instance = await open(shape, file);
  const db = await instance.connect();
  const queue = new FifoQueue(db);
  const sizes = new Map<number, number>();
  let cpuMs = 0;
  for (let round = 1; round <= rounds; round++) {
    const firstId = round * ROUND_JOBS;
    const rows = generation(firstId, ROUND_JOBS, random);
    const start = process.cpuUsage();
    await queue.turn(firstId - LENGTH_ROUNDS * ROUND_JOBS, rows);
    cpuMs += cpuMsSince(start);
    if (round % CHECKPOINT_ROUNDS === 0) await db.run("CHECKPOINT");
    sizes.set(round, statSync(file).size);
  }
  db.closeSync();
  instance.closeSync();
  const sizeAt = (share: number) => sizes.get(Math.ceil(rounds * share)) ?? Number.NaN;
  return {
    roundCpuMs: cpuMs / rounds,
    sizesBytes: [sizeAt(0.1), sizeAt(0.5), sizeAt(1)],
    refusal: queue.refusal,
  };
}

function cpuMsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / US_PER_MS;
}

class FifoQueue {
  readonly #db: DuckDBConnection;
  refusal = "";

  constructor(db: DuckDBConnection) {
    this.#db = db;
  }

  /** Appends a generation and deletes what is below `oldestId`: in one transaction, unless the keys refused that once. */
  async turn(oldestId: number, [jobs, edges]: Generation): Promise<void> {
    const db = this.#db;
    const arrive = async () => {
      await append(db, "jobs", jobs);
      await append(db, "job_dependencies", edges);
      await db.run(`DELETE FROM job_dependencies WHERE child_job_id < ${oldestId}`);
    };
    const leave = async () => {
      await db.run(`DELETE FROM jobs WHERE id < ${oldestId}`);
    };
    if (this.refusal === "") {
      try {
        await transaction(db, async () => {
          await arrive();
          await leave();
        });
        return;
      } catch (error) {
        this.refusal =
          error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      }
    }
    await transaction(db, arrive);
    await transaction(db, leave);
  }
}
