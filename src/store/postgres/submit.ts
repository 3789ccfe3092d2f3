/** Submits a run by an insert strategy, in a transaction on a connection of its own. */
import type { Client } from "pg";
import { messageOf, QuackmarkError } from "../../lib/errors.ts";
import type { Config } from "../../model/config.ts";
import type { StrategyName, Submission, SubmitReceipt } from "../store.ts";
import { numbers } from "./arrays.ts";
import { keyColumns } from "./columns.ts";
import { isConflict, isLost, translated } from "./connection.ts";
import { edgeRows, jobRows, runRow } from "./insert/row-source.ts";
import { strategyNamed } from "./insert/strategies.ts";
import type { InsertWork } from "./insert/strategy.ts";
import type { Operation } from "./lane.ts";
import { inSchema } from "./names.ts";

/** A run to submit. */
export interface RunToSubmit {
  readonly schema: string;
  readonly channel: string;
  readonly config: Config;
  readonly submission: Submission;
  readonly strategy: StrategyName;
  readonly chunkSize: number;
  readonly nowMs: number;
  onRows(rows: number): void;
}

/** A submit that is committed. */
export interface Submitted {
  readonly receipt: SubmitReceipt;
  /** Jobs that are ready, and that wait for a time. */
  readonly ready: number;
  readonly delayed: number;
  /** Runs that its ended parents closed at once. */
  readonly closed: readonly number[];
}

/** Rows that a submission has in all tables. */
export function rowsOf({ nodeCount, children, outside }: Submission): number {
  return nodeCount + children.length + outside.children.length + 1;
}

/** The operation; a lost commit is found by the run's row. */
export function submitOperation(run: RunToSubmit): Operation<Submitted> {
  const strategy = strategyNamed(run.strategy);
  let submitted: Submitted | undefined;
  return {
    async send(client) {
      await client.query("BEGIN");
      try {
        submitted = await write(client, run, strategy);
        await client.query("COMMIT");
        return submitted;
      } catch (error) {
        if (!isLost(error)) await client.query("ROLLBACK");
        throw error;
      }
    },
    async find(client) {
      if (submitted === undefined) return null;
      const { rowCount } = await client.query(
        inSchema(run.schema, "SELECT 1 FROM {s}.dag_runs WHERE id = $1"),
        [submitted.receipt.runId],
      );
      return rowCount === 1 ? submitted : null;
    },
  };
}

/** The same in the caller's transaction, which the caller ends. */
export async function submitWithin(client: Client, run: RunToSubmit): Promise<SubmitReceipt> {
  try {
    return (await write(client, run, strategyNamed(run.strategy))).receipt;
  } catch (error) {
    throw translated(error);
  }
}

async function write(
  client: Client,
  run: RunToSubmit,
  strategy: ReturnType<typeof strategyNamed>,
): Promise<Submitted> {
  const { schema, submission, nowMs, chunkSize } = run;
  const ids = await client.query(
    inSchema(
      schema,
      "SELECT {s}.take_ids('{s}.run_ids', 1) AS run, {s}.take_ids('{s}.job_ids', $1) AS job",
    ),
    [submission.nodeCount],
  );
  const runId = Number(ids.rows[0].run);
  const firstJobId = Number(ids.rows[0].job);
  const work: InsertWork = {
    cost: { statements: 1, statementBytesMax: 0, parametersMax: 0 },
    onRows: run.onRows,
  };
  const sources = [
    runRow(submission, runId, firstJobId, nowMs),
    jobRows(submission, runId, firstJobId, nowMs),
    edgeRows(submission, firstJobId),
  ];
  try {
    for (const source of sources) await strategy(client, schema, source, chunkSize, work);
  } catch (cause) {
    if (isLost(cause) || isConflict(cause)) throw cause;
    throw new QuackmarkError(
      "INSERT_FAILED",
      `Strategy ${run.strategy} could not write ${rowsOf(submission)} rows, and nothing was stored: ${messageOf(cause)}`,
      { cause },
    );
  }
  const rest = await afterRows(client, run, firstJobId);
  const receipt: SubmitReceipt = {
    runId,
    firstJobId,
    jobs: submission.nodeCount,
    edges: submission.children.length + submission.outside.children.length,
    strategy: run.strategy,
    ...work.cost,
    commits: 1,
    rows: rowsOf(submission),
  };
  return { receipt, ...rest };
}

/** Keys, parents that were there before, and the notice to others. */
async function afterRows(
  client: Client,
  run: RunToSubmit,
  firstJobId: number,
): Promise<Omit<Submitted, "receipt">> {
  const { schema, submission, config, nowMs, channel } = run;
  const { outside, nodeCount } = submission;
  let closed: readonly number[] = [];
  const [nodes, keys, windows] = keyColumns(submission);
  if (nodes !== "{}") {
    await client.query(
      inSchema(
        schema,
        `INSERT INTO {s}.unique_keys(key, job_id, until)
         SELECT k.key, $1::bigint + k.node - 1, coalesce(to_timestamp($2::float8 / 1000) + k.span * interval '1 millisecond', 'infinity')
         FROM unnest($3::integer[], $4::text[], $5::float8[]) AS k(node, key, span) ORDER BY k.key
         ON CONFLICT (key) DO UPDATE SET job_id = EXCLUDED.job_id, until = EXCLUDED.until`,
      ),
      [firstJobId, nowMs, nodes, keys, windows],
    );
  }
  if (outside.children.length > 0) {
    const { rows } = await client.query(
      inSchema(
        schema,
        "SELECT closed FROM {s}.link_outside($1, $2, to_timestamp($3::float8 / 1000), $4, $5)",
      ),
      [
        numbers(outside.children.map((node) => firstJobId + node)),
        numbers(outside.parentIds),
        nowMs,
        config.retryBackoffMs,
        config.retryBackoffMaxMs,
      ],
    );
    closed = (rows[0].closed as (string | number)[]).map(Number);
  }
  const { rows } = await client.query(
    inSchema(
      schema,
      `SELECT c.ready, c.delayed, {s}.announce(c.ready, $3::bigint[], $4) FROM (
         SELECT (count(*) FILTER (WHERE state = 1))::integer AS ready, (count(*) FILTER (WHERE state = 7))::integer AS delayed
         FROM {s}.live_jobs WHERE id >= $1 AND id < $2) c`,
    ),
    [firstJobId, firstJobId + nodeCount, numbers(closed), channel],
  );
  return { ready: rows[0].ready as number, delayed: rows[0].delayed as number, closed };
}
