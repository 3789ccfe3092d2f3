/** Takes a moved queue in. Each batch and the mark of how far it came are one transaction, so that a move can go on. */
import type { Client } from "pg";
import { systemClock } from "../../lib/clock.ts";
import { InputError } from "../../lib/errors.ts";
import { resolveConfig } from "../../model/config.ts";
import type { ExportedFacts, ExportTable, QueueChecksums, TextRow } from "../moved-queue.ts";
import { connectAgain } from "./connection.ts";
import { insertCopy } from "./insert/copy.ts";
import { migrate } from "./migrations.ts";
import { inSchema, placeOf } from "./names.ts";

const SUM = (text: string): string =>
  `SELECT count(*) || '-' || coalesce(sum(('x' || substr(md5(${text}), 1, 8))::bit(32)::bigint), 0) AS sum`;
const MS = (column: string): string => `round(extract(epoch FROM ${column}) * 1000)::bigint`;
const CHECKSUMS: Readonly<Record<keyof QueueChecksums, string>> = {
  jobs: `${SUM(`concat_ws('|', id, run_id, coalesce(name, ''), queue, task, args, priority, rule, max_attempts, timeout_ms, ${MS("created_at")})`)} FROM {s}.jobs`,
  edges: `${SUM("concat_ws('|', child_job_id, parent_job_id)")} FROM {s}.job_dependencies`,
  runs: `${SUM(`concat_ws('|', id, coalesce(name, ''), parent_job_id, ${MS("created_at")})`)} FROM {s}.dag_runs`,
  attempts: `${SUM(`concat_ws('|', seq, job_id, state, attempt, cause, by_job, ${MS("ts")}, coalesce(payload, ''))`)} FROM {s}.transitions`,
};

/** See the file's head. */
export class QueueImport {
  readonly #client: Client;
  readonly #schema: string;

  private constructor(client: Client, schema: string) {
    this.#client = client;
    this.#schema = schema;
  }

  /** Begins a move into an empty queue, or goes on with one. @throws InputError for a queue that holds other jobs */
  static async open(text: string, source: string): Promise<QueueImport> {
    const { url, schema } = placeOf(text);
    const client = await connectAgain(
      { url, durability: "full", clock: systemClock, reconnectMs: 0 },
      () => false,
    );
    try {
      await migrate(client, schema);
      const moved = new QueueImport(client, schema);
      await moved.#begin(source);
      return moved;
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  async #begin(source: string): Promise<void> {
    await this.#run(
      "CREATE TABLE IF NOT EXISTS {s}.moving(source text NOT NULL, step text PRIMARY KEY, done bigint NOT NULL)",
    );
    const [mark] = await this.#run("SELECT source FROM {s}.moving LIMIT 1");
    const [jobs] = await this.#run("SELECT count(*) AS jobs FROM {s}.jobs");
    const isOther = mark !== undefined && mark["source"] !== source;
    if (isOther || (mark === undefined && Number(jobs?.["jobs"]) > 0)) {
      if (mark === undefined) await this.#run("DROP TABLE {s}.moving");
      throw new InputError(
        isOther
          ? `The schema ${this.#schema} takes in ${mark?.["source"]} already; finish that move, or choose another schema (?schema=name)`
          : `The schema ${this.#schema} holds jobs already; move into an empty one (?schema=name)`,
      );
    }
    await this.#run("INSERT INTO {s}.moving VALUES ($1, 'begun', 0) ON CONFLICT DO NOTHING", [
      source,
    ]);
  }

  async #run(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.#client.query(inSchema(this.#schema, sql), [...values])).rows as Record<
      string,
      unknown
    >[];
  }

  /** Rows of a table that are here already. */
  async done(table: ExportTable): Promise<number> {
    const [row] = await this.#run("SELECT done FROM {s}.moving WHERE step = $1", [table]);
    return Number(row?.["done"] ?? 0);
  }

  /** Adds rows after the first `done`. */
  async append(
    source: string,
    table: ExportTable,
    columns: readonly string[],
    rows: readonly TextRow[],
    done: number,
  ): Promise<void> {
    await this.#run("BEGIN");
    try {
      const at = (column: number) => (row: number) =>
        (rows[row] as TextRow)[column] as string | null;
      const named = columns.map((name, column) => ({ name, type: "text", at: at(column) }));
      const work = {
        cost: { statements: 0, statementBytesMax: 0, parametersMax: 0 },
        onRows: () => undefined,
      };
      await insertCopy(
        this.#client,
        this.#schema,
        { table, columns: named, length: rows.length },
        1,
        work,
      );
      await this.#run(
        "INSERT INTO {s}.moving VALUES ($1, $2, $3) ON CONFLICT (step) DO UPDATE SET done = EXCLUDED.done",
        [source, table, done + rows.length],
      );
      await this.#run("COMMIT");
    } catch (error) {
      await this.#run("ROLLBACK");
      throw error;
    }
  }

  /** One text for each kind of row. */
  async checksums(): Promise<QueueChecksums> {
    const sums: Record<string, string> = {};
    for (const [name, sql] of Object.entries(CHECKSUMS))
      sums[name] = String((await this.#run(sql))[0]?.["sum"]);
    return sums as unknown as QueueChecksums;
  }

  /** Counts and decides what waits, sets the next ids, and opens the queue for work; in one transaction. */
  async finish({
    nextJobId,
    nextRunId,
    nextSeq,
    pausedQueues,
    schedules,
  }: ExportedFacts): Promise<void> {
    const { retryBackoffMs, retryBackoffMaxMs } = resolveConfig();
    await this.#run("BEGIN");
    await this.#run(
      "SELECT setval('{s}.job_ids', $1, false), setval('{s}.run_ids', $2, false), setval('{s}.seqs', $3, false)",
      [nextJobId, nextRunId, nextSeq],
    );
    await this.#run(
      "UPDATE {s}.dag_runs SET status = CASE WHEN ended_at IS NULL THEN 'running' WHEN lost > 0 THEN 'failed' WHEN cancelled > 0 THEN 'cancelled' ELSE 'done' END",
    );
    await this.#run(`WITH RECURSIVE d(id, depth) AS (SELECT id, 0 FROM {s}.dag_runs WHERE parent_job_id = 0
      UNION ALL SELECT r.id, d.depth + 1 FROM d JOIN {s}.jobs j ON j.run_id = d.id JOIN {s}.dag_runs r ON r.parent_job_id = j.id)
      UPDATE {s}.dag_runs r SET depth = d.depth FROM d WHERE r.id = d.id AND d.depth > 0`);
    await this.#run(`INSERT INTO {s}.unique_keys(key, job_id, until)
      SELECT DISTINCT ON (unique_key) unique_key, id, CASE WHEN span IS NULL THEN 'infinity' ELSE created_at + span * interval '1 millisecond' END FROM (
        SELECT id, unique_key, created_at, (options::json ->> 'uniqueMs')::double precision AS span, true AS live FROM {s}.live_jobs WHERE unique_key IS NOT NULL
        UNION ALL SELECT id, unique_key, created_at, (options::json ->> 'uniqueMs')::double precision, false FROM {s}.ended_jobs WHERE unique_key IS NOT NULL) k
      WHERE live OR created_at + span * interval '1 millisecond' > now() ORDER BY unique_key, live DESC, id DESC`);
    for (const queue of pausedQueues)
      await this.#run("INSERT INTO {s}.paused_queues VALUES ($1)", [queue]);
    for (const { name, spec, sinceMs, lastSlotMs } of schedules)
      await this.#run("INSERT INTO {s}.schedules VALUES ($1, $2, $3, $4)", [
        name,
        spec,
        Math.round(sinceMs),
        lastSlotMs,
      ]);
    await this.#run("SELECT {s}.recount(ARRAY(SELECT id FROM {s}.live_jobs WHERE state = 0))");
    await this.#run(
      "SELECT {s}.cascade(NULL, NULL, NULL, ARRAY(SELECT id FROM {s}.live_jobs WHERE state = 0), NULL, now(), $1, $2, 1)",
      [retryBackoffMs, retryBackoffMaxMs],
    );
    await this.#run("DROP TABLE {s}.moving");
    await this.#run("COMMIT");
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
