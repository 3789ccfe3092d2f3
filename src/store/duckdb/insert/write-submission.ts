/** Writes a whole submission with one strategy: edges, jobs and the run, inside the open transaction. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { messageOf, QuackmarkError } from "../../../lib/errors.ts";
import type { StrategyName, Submission } from "../../store.ts";
import { edgeRows, jobRows, optionRows, runRow } from "../row-source.ts";
import { strategyNamed } from "./strategies.ts";
import { addCost, type InsertCost, noCost, type OnRows } from "./strategy.ts";

/** What is written, under which ids, and how. */
export interface SubmissionWrite {
  readonly submission: Submission;
  readonly runId: number;
  readonly firstJobId: number;
  readonly nowMs: number;
  readonly strategy: StrategyName;
  readonly chunkSize: number;
}

/** Rows that a submission has in all tables. */
export function rowsOf(submission: Submission): number {
  const { nodeCount, children, outside, options } = submission;
  return nodeCount + children.length + outside.children.length + options.size + 1;
}

/** @throws QuackmarkError when the database refuses a statement; the transaction is then to be rolled back */
export async function writeSubmission(
  connection: DuckDBConnection,
  write: SubmissionWrite,
  onRows: OnRows,
): Promise<InsertCost> {
  const { submission, runId, firstJobId, nowMs, strategy, chunkSize } = write;
  const sources = [
    edgeRows(submission, firstJobId),
    jobRows(submission, runId, firstJobId, nowMs),
    ...(submission.options.size > 0 ? [optionRows(submission, firstJobId)] : []),
    runRow(submission, runId, firstJobId, nowMs),
  ];
  const cost = noCost();
  try {
    for (const source of sources) {
      addCost(cost, await strategyNamed(strategy)(connection, source, chunkSize, onRows));
    }
  } catch (cause) {
    const what = `Strategy ${strategy} could not write ${rowsOf(submission)} rows`;
    throw new QuackmarkError(
      "INSERT_FAILED",
      `${what}, and nothing was stored: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
  return cost;
}
