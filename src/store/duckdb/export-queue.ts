/** Reads all that a DuckDB queue holds, in the columns of the PostgreSQL store's tables, for a move. */
import { existsSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../lib/errors.ts";
import { resolveConfig } from "../../model/config.ts";
import type { ExportedFacts, ExportTable, QueueChecksums, TextRow } from "../moved-queue.ts";
import { type Database, openDatabase } from "./database.ts";
import { takeLock } from "./lock.ts";
import { resolveDatabasePath } from "./place.ts";
import { readFreeIds } from "./reads.ts";

const AT = (column: string): string => `strftime(${column}, '%Y-%m-%d %H:%M:%S.%f+00')`;

/** The ends of attempts and all other rows of the log but claims; the last of each job is its state. */
const ENDS = `CREATE TEMP TABLE m_ends AS SELECT *, row_number() OVER (PARTITION BY job_id, attempt ORDER BY seq) AS nth,
  max(seq) OVER (PARTITION BY job_id) AS last_seq FROM transitions WHERE state <> 2`;
const CLAIMS = "CREATE TEMP TABLE m_claims AS SELECT * FROM transitions WHERE state = 2";
const TRIES = `CREATE TEMP TABLE m_tries AS SELECT e.job_id, max(e.attempt) AS attempt,
    count(*) FILTER (e.state = 7 AND e.cause <> 8 AND e.seq > coalesce(r.seq, 0)) AS tries
  FROM m_ends e LEFT JOIN (SELECT job_id, max(seq) AS seq FROM transitions WHERE state = 10 GROUP BY job_id) r ON r.job_id = e.job_id GROUP BY e.job_id`;

const FACTS = `j.id, j.run_id, j.timeout_ms, j.rule, j.priority, j.max_attempts, j.queue, j.task, j.name, j.args, o.options,
  ${AT("j.created_at")} AS created_at, ${AT("CASE WHEN j.run_at > j.created_at THEN j.run_at END")} AS run_at,
  o.options::JSON ->> 'uniqueKey' AS unique_key, o.options::JSON ->> 'limitKey' AS limit_key, o.options::JSON ->> 'backoffMs' AS backoff_ms`;
const CLAIM = `coalesce(c.worker, e.worker, 0) AS worker, coalesce(c.cause, 0) AS claim_cause, coalesce(c.seq, 0) AS claim_seq,
  ${AT("c.relevant_at")} AS ready_at, ${AT("c.ts")} AS claimed_at`;
const CLAIM_OF_END =
  "LEFT JOIN m_claims c ON c.job_id = e.job_id AND c.attempt = e.attempt AND e.nth = 1 AND e.state <> 10";
const IS_END = "e.seq = e.last_seq AND e.state BETWEEN 3 AND 6";

/** What each table holds, in the order in which it is moved. */
const TABLES: Readonly<Record<ExportTable, string>> = {
  ended_jobs: `SELECT ${FACTS}, e.attempt, coalesce(t.tries, 0) + (e.state = 4)::INTEGER AS tries, ${CLAIM}, e.state, e.cause, e.by_job,
      ${AT("e.ts")} AS ended_at, e.seq AS end_seq, e.payload
    FROM jobs j JOIN m_ends e ON e.job_id = j.id AND ${IS_END} ${CLAIM_OF_END}
    LEFT JOIN job_options o ON o.job_id = j.id LEFT JOIN m_tries t ON t.job_id = j.id ORDER BY j.id`,
  live_jobs: `SELECT ${FACTS}, coalesce(t.attempt, 0) AS attempt, coalesce(t.tries, 0) AS tries,
      CASE e.state WHEN 7 THEN 7 WHEN 8 THEN 8 WHEN 9 THEN 1 ELSE 0 END AS state,
      ${AT("CASE e.state WHEN 7 THEN e.relevant_at ELSE coalesce(e.ts, j.created_at) END")} AS "at",
      coalesce(e.state IN (7, 9) AND e.cause = 5, false) AS suspect, j.id IN (SELECT parent_job_id FROM job_dependencies) AS has_children
    FROM jobs j LEFT JOIN m_ends e ON e.job_id = j.id AND e.seq = e.last_seq
    LEFT JOIN job_options o ON o.job_id = j.id LEFT JOIN m_tries t ON t.job_id = j.id
    WHERE e.state IS NULL OR e.state NOT BETWEEN 3 AND 6 ORDER BY j.id`,
  past_attempts: `SELECT e.job_id, e.attempt, ${CLAIM}, e.state, e.cause, e.by_job, e.seq AS end_seq, ${AT("e.ts")} AS ended_at,
      ${AT("e.relevant_at")} AS relevant_at, e.payload
    FROM m_ends e ${CLAIM_OF_END} WHERE NOT (${IS_END}) ORDER BY e.seq`,
  job_dependencies: "SELECT child_job_id, parent_job_id FROM job_dependencies ORDER BY 1, 2",
  dag_runs: `SELECT r.id, r.name, count(j.id) AS jobs, r.edges, r.first_job_id, coalesce(r.parent_job_id, 0) AS parent_job_id,
      coalesce(r.parent_attempt, 0) AS parent_attempt, ${AT("r.created_at")} AS created_at,
      count(*) FILTER (e.state = 3) AS done, count(*) FILTER (e.state = 4) AS failed, count(*) FILTER (e.state = 5) AS skipped,
      count(*) FILTER (e.state = 6) AS cancelled,
      count(*) FILTER ((e.state = 4 OR e.cause = 2) AND j.id NOT IN (SELECT parent_job_id FROM job_dependencies)) AS lost,
      CASE WHEN count(e.seq) < count(*) THEN NULL ELSE ${AT("max(e.ts)")} END AS ended_at
    FROM dag_runs r JOIN jobs j ON j.run_id = r.id LEFT JOIN m_ends e ON e.job_id = j.id AND ${IS_END}
    GROUP BY r.id, r.name, r.edges, r.first_job_id, r.parent_job_id, r.parent_attempt, r.created_at ORDER BY r.id`,
};

/** Sums that both stores compute alike: a part of each row's MD5. */
const SUM = (text: string): string =>
  `count(*) || '-' || coalesce(sum(('0x' || md5(${text})[1:8])::UBIGINT), 0)`;
const CHECKSUMS: Readonly<Record<keyof QueueChecksums, string>> = {
  jobs: `SELECT ${SUM("concat_ws('|', id, run_id, coalesce(name, ''), queue, task, args, priority, rule, max_attempts, timeout_ms, epoch_ms(created_at))")} FROM jobs`,
  edges: `SELECT ${SUM("concat_ws('|', child_job_id, parent_job_id)")} FROM job_dependencies`,
  runs: `SELECT ${SUM("concat_ws('|', id, coalesce(name, ''), coalesce(parent_job_id, 0), epoch_ms(created_at))")} FROM dag_runs`,
  attempts: `SELECT ${SUM("concat_ws('|', seq, job_id, state, attempt, cause, by_job, epoch_ms(ts), coalesce(payload, ''))")} FROM transitions`,
};

/** See the file's head. The queue must be closed; it is locked meanwhile. */
export class QueueExport {
  readonly #database: Database;
  readonly #unlock: () => void;

  private constructor(database: Database, unlock: () => void) {
    this.#database = database;
    this.#unlock = unlock;
  }

  /** @throws InputError where there is no such file */
  static async open(path: string): Promise<QueueExport> {
    const file = resolveDatabasePath(path);
    if (file === null || !existsSync(file)) throw new InputError(`${path}: there is no such file`);
    const unlock = takeLock(file);
    try {
      const database = await openDatabase(file, {
        durability: "full",
        config: resolveConfig(),
        nowMs: 0,
        archiveFolder: null,
      });
      const exported = new QueueExport(database, unlock);
      for (const sql of [ENDS, CLAIMS, TRIES]) await database.writer.run(sql);
      for (const [table, sql] of Object.entries(TABLES))
        await database.writer.run(
          `CREATE TEMP TABLE m_${table} AS SELECT row_number() OVER () AS n, s.* FROM (${sql}) s`,
        );
      return exported;
    } catch (error) {
      unlock();
      throw error;
    }
  }

  get #connection(): DuckDBConnection {
    return this.#database.writer;
  }

  /** Rows of a table after the first `done`, at most `limit`, as texts; and the names of their columns. */
  async rows(
    table: ExportTable,
    done: number,
    limit: number,
  ): Promise<{ columns: string[]; rows: TextRow[] }> {
    const result = await this.#connection.run(
      `SELECT COLUMNS(* EXCLUDE (n))::VARCHAR FROM m_${table} WHERE n > ${done} AND n <= ${done + limit} ORDER BY n`,
    );
    const rows = await result.getRows();
    return { columns: result.columnNames(), rows: rows as unknown as TextRow[] };
  }

  /** What is not in tables of rows. */
  async facts(): Promise<ExportedFacts> {
    const free = await readFreeIds(this.#connection);
    const last = async (kind: string) =>
      (
        await this.#connection.run(
          `SELECT key, arg_max(value, seq) FROM control WHERE kind = '${kind}' GROUP BY key`,
        )
      ).getRows();
    const paused = (await last("pause")).filter(([, value]) => value === "true");
    const slots = new Map(
      (await last("fired")).map(([key, value]) => [String(key), Number(value)]),
    );
    const sets = await this.#connection.run(
      "SELECT key, arg_max(value, seq), epoch_ms(arg_max(ts, seq)) FROM control WHERE kind = 'schedule' GROUP BY key",
    );
    const schedules = (await sets.getRows()).flatMap(([key, value, sinceMs]) => {
      const spec: unknown = typeof value === "string" ? JSON.parse(value) : null;
      return typeof spec === "string"
        ? [
            {
              name: String(key),
              spec,
              sinceMs: Number(sinceMs),
              lastSlotMs: slots.get(String(key)) ?? 0,
            },
          ]
        : [];
    });
    const [seq] = await (
      await this.#connection.run("SELECT coalesce(max(seq), 0) FROM transitions")
    ).getRows();
    return {
      nextJobId: free.jobs,
      nextRunId: free.runs,
      nextSeq: Number(seq?.[0]) + 1,
      pausedQueues: paused.map(([key]) => String(key)),
      schedules,
    };
  }

  /** One text for each kind of row. */
  async checksums(): Promise<QueueChecksums> {
    const sums: Record<string, string> = {};
    for (const [name, sql] of Object.entries(CHECKSUMS)) {
      const [row] = await (await this.#connection.run(sql)).getRows();
      sums[name] = String(row?.[0]);
    }
    return sums as unknown as QueueChecksums;
  }

  close(): void {
    this.#database.close();
    this.#unlock();
  }
}
