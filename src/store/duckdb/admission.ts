/** How jobs enter the store: a run by an insert strategy in a transaction of its own, single jobs by the lane. */
import { InputError, QuackmarkError } from "../../lib/errors.ts";
import { StringColumn } from "../../lib/string-column.ts";
import { CAUSE, STATE } from "../../model/job.ts";
import type { UniquePolicy } from "../../model/job-options.ts";
import type { EnqueueReceipt, StrategyName, Submission, SubmitReceipt, Token } from "../store.ts";
import type { DurableLedger } from "./durable-ledger.ts";
import { rowsOf, writeSubmission } from "./insert/write-submission.ts";
import type { Ledger } from "./ledger.ts";
import { edgeRows, jobRows, optionRows, runRow } from "./row-source.ts";

/** Submits a run: all of it is stored, or nothing. The caller announces what is ready. */
export async function submitRun(
  durable: DurableLedger,
  submission: Submission,
  strategy: StrategyName,
  chunkSize: number,
  nowMs: number,
): Promise<SubmitReceipt> {
  const { lane, counters } = durable;
  assertParents(durable.ledger, submission);
  const runId = lane.takeIds("runs");
  const firstJobId = lane.takeIds("jobs", submission.nodeCount);
  const write = { submission, runId, firstJobId, nowMs, strategy, chunkSize };
  const stored = lane.exclusive(
    `SELECT count(*) FROM dag_runs WHERE id = ${runId}`,
    (connection) =>
      writeSubmission(connection, write, (rows) => {
        counters.rowsWritten += rows;
      }),
    () => durable.ledger.admit(submission, runId, firstJobId, nowMs),
  );
  durable.pins.hold(submission.outside.parentIds, stored);
  const cost = await stored;
  counters.statements += cost.statements;
  return {
    runId,
    firstJobId,
    jobs: submission.nodeCount,
    edges: submission.children.length + submission.outside.children.length,
    strategy,
    ...cost,
    commits: 1,
    rows: rowsOf(submission),
  };
}

/** Stages jobs without a run, in this turn. They are stored when the lane has committed. */
export function stageJobs(
  durable: DurableLedger,
  wanted: Submission,
  unique: UniquePolicy,
  refuseAbove: number,
  nowMs: number,
): EnqueueReceipt {
  const { ledger, lane } = durable;
  assertParents(ledger, wanted);
  const holders = holdersOf(ledger, wanted, unique, nowMs);
  const submission = holders.size === 0 ? wanted : without(wanted, holders);
  const waiting = ledger.waiting.ready.count + ledger.waiting.delayedCount;
  if (waiting + submission.nodeCount > refuseAbove) {
    throw new QuackmarkError(
      "BACKPRESSURE",
      `${waiting} jobs wait and ${submission.nodeCount} more would exceed the limit of ${refuseAbove}; enqueue them later, with whenFull: "wait", or raise backpressureRefuseJobs`,
    );
  }
  const firstJobId = lane.takeIds("jobs", submission.nodeCount);
  if (submission.nodeCount > 0) {
    const rows = [jobRows(submission, 0, firstJobId, nowMs), edgeRows(submission, firstJobId)];
    if (submission.options.size > 0) rows.push(optionRows(submission, firstJobId));
    lane.addRows(rows, firstJobId + submission.nodeCount - 1);
    durable.pins.hold(submission.outside.parentIds, lane.committed);
    ledger.addJobs(submission, 0, firstJobId, nowMs);
  }
  return { jobIds: idsOf(wanted.nodeCount, firstJobId, holders), ignored: holders.size };
}

/** Ids in the order of the submission: ignored nodes have their key's holder. */
function idsOf(nodes: number, first: number, holders: ReadonlyMap<number, number>): number[] {
  const ids = new Array<number>(nodes);
  let next = first;
  if (holders.size === 0) for (let node = 0; node < nodes; node++) ids[node] = next++;
  else for (let node = 0; node < nodes; node++) ids[node] = holders.get(node) ?? next++;
  return ids;
}

/**
 * Stages the job of a slot of a schedule and the row that the slot has fired, in this turn. It is never refused
 * for want of room; where its unique key is taken, the job that has it stands for it.
 *
 * @returns the job's id, or 0 where the slot has fired before or the schedule is gone
 */
export function stageFiring(
  durable: DurableLedger,
  name: string,
  slotMs: number,
  job: Submission,
  nowMs: number,
): number {
  if (!durable.ledger.schedules.take(name, slotMs)) return 0;
  durable.lane.control("fired", name, slotMs);
  const receipt = stageJobs(durable, job, "ignore", Number.POSITIVE_INFINITY, nowMs);
  return receipt.jobIds[0] as number;
}

/**
 * Stages a run that a claimed job expands to, in this turn: the job waits for it from the transaction that stores it.
 *
 * @returns the run's id, or 0 for a token that is not current
 */
export function stageSubRun(
  durable: DurableLedger,
  token: Token,
  submission: Submission,
  maxDepth: number,
  nowMs: number,
): number {
  const { ledger, lane } = durable;
  const slot = ledger.attempts.current(token);
  if (slot < 0) return 0;
  assertParents(ledger, submission);
  const parentRunId = ledger.jobs.run[slot] as number;
  if (ledger.runs.depthOf(parentRunId) >= maxDepth) {
    throw new InputError(
      `Job ${token.jobId} is nested ${maxDepth} runs deep, which is the limit; nest less, or raise subRunMaxDepth`,
      { code: "TOO_DEEP" },
    );
  }
  const runId = lane.takeIds("runs");
  const firstJobId = lane.takeIds("jobs", submission.nodeCount);
  const parent = { jobId: token.jobId, attempt: token.attempt };
  const rows = [
    jobRows(submission, runId, firstJobId, nowMs),
    edgeRows(submission, firstJobId),
    optionRows(submission, firstJobId),
    runRow(submission, runId, firstJobId, nowMs, parent),
  ];
  lane.addRows(rows, firstJobId + submission.nodeCount - 1);
  durable.pins.hold(submission.outside.parentIds, lane.committed);
  ledger.attempts.expand(slot, 0, runId, nowMs);
  ledger.runs.open(runId, submission.nodeCount, parent, parentRunId);
  ledger.addJobs(submission, runId, firstJobId, nowMs);
  return runId;
}

/** Stages nodes that a claimed job adds to its own run. @returns the first id, or 0 for a token that is not current */
export function stageNodes(
  durable: DurableLedger,
  token: Token,
  submission: Submission,
  nowMs: number,
): number {
  const { ledger, lane } = durable;
  const slot = ledger.attempts.current(token);
  if (slot < 0) return 0;
  const runId = ledger.jobs.run[slot] as number;
  if (runId === 0) {
    throw new InputError(
      `Job ${token.jobId} belongs to no run, so no nodes can be added; enqueue jobs instead`,
    );
  }
  assertParents(ledger, submission);
  const firstJobId = lane.takeIds("jobs", submission.nodeCount);
  const rows = [
    jobRows(submission, runId, firstJobId, nowMs),
    edgeRows(submission, firstJobId),
    optionRows(submission, firstJobId),
  ];
  lane.addRows(rows, firstJobId + submission.nodeCount - 1);
  durable.pins.hold(submission.outside.parentIds, lane.committed);
  ledger.runs.grow(runId, submission.nodeCount);
  ledger.addJobs(submission, runId, firstJobId, nowMs);
  return firstJobId;
}

function assertParents(ledger: Ledger, { outside }: Submission): void {
  for (const id of outside.parentIds) {
    if (ledger.ended.stateOf(id) !== 0 || ledger.jobs.slotOf(id) >= 0) continue;
    throw new InputError(
      `There is no job ${id} to depend on: it never was, or it was purged; depend on a job that is there`,
      { code: "UNKNOWN_PARENT" },
    );
  }
}

/** The jobs that are not enqueued because their key is taken, with the job that has it; replaced jobs are cancelled. */
function holdersOf(
  ledger: Ledger,
  { options }: Submission,
  unique: UniquePolicy,
  nowMs: number,
): Map<number, number> {
  const holders = new Map<number, number>();
  const seen = new Set<string>();
  const replaced: number[] = [];
  for (const [node, { uniqueKey }] of options) {
    if (uniqueKey === undefined) continue;
    if (seen.has(uniqueKey)) {
      throw new InputError(
        `The unique key ${JSON.stringify(uniqueKey)} is given twice in one call; give each job a key of its own`,
        { code: "DUPLICATE_JOB" },
      );
    }
    seen.add(uniqueKey);
    const holder = ledger.keys.holder(uniqueKey, nowMs);
    if (holder === 0) continue;
    if (unique === "reject") {
      throw new QuackmarkError(
        "DUPLICATE_JOB",
        `Job ${holder} has the unique key ${JSON.stringify(uniqueKey)}; wait until the key is free, or enqueue with unique: "ignore" or "replace"`,
      );
    }
    if (unique === "replace" && isWaiting(ledger, holder)) replaced.push(holder);
    else holders.set(node, holder);
  }
  for (const jobId of replaced) {
    ledger.keys.release(ledger.options.get(jobId)?.uniqueKey ?? "");
    ledger.cancel([ledger.jobs.slotOf(jobId)], CAUSE.replaced, 0, nowMs);
  }
  return holders;
}

function isWaiting(ledger: Ledger, jobId: number): boolean {
  const slot = ledger.jobs.slotOf(jobId);
  const state = slot < 0 ? -1 : (ledger.jobs.state[slot] as number);
  return state === STATE.ready || state === STATE.delayed || state === STATE.blocked;
}

/** The submission without some of its nodes. Jobs without a run have no edges among themselves. */
function without(s: Submission, dropped: ReadonlyMap<number, number>): Submission {
  const kept = Array.from({ length: s.nodeCount }, (_, node) => node).filter(
    (node) => !dropped.has(node),
  );
  const placeOf = new Map(kept.map((node, place) => [node, place]));
  const pick = (column: StringColumn): StringColumn => {
    const picked = new StringColumn();
    for (const node of kept) picked.push(column.at(node));
    return picked;
  };
  const edges = s.outside.children
    .map((_, edge) => edge)
    .filter((edge) => placeOf.has(s.outside.children[edge] as number));
  const { runAtMs } = s;
  return {
    ...s,
    nodeCount: kept.length,
    names: kept.map((node) => s.names[node] as string | null),
    tasks: pick(s.tasks),
    args: kept.map((node) => s.args[node] as string),
    queues: pick(s.queues),
    priorities: Uint8Array.from(kept, (node) => s.priorities[node] as number),
    rules: Int32Array.from(kept, (node) => s.rules[node] as number),
    maxAttempts: Int32Array.from(kept, (node) => s.maxAttempts[node] as number),
    timeoutsMs: Int32Array.from(kept, (node) => s.timeoutsMs[node] as number),
    runAtMs: runAtMs === null ? null : Float64Array.from(kept, (node) => runAtMs[node] as number),
    options: new Map(
      [...s.options].flatMap(([node, options]) => {
        const place = placeOf.get(node);
        return place === undefined ? [] : [[place, options] as const];
      }),
    ),
    outside: {
      children: edges.map((edge) => placeOf.get(s.outside.children[edge] as number) as number),
      parentIds: edges.map((edge) => s.outside.parentIds[edge] as number),
    },
  };
}
