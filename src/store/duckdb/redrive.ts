/**
 * Brings failed jobs back to life, and with them the jobs below that were skipped: all of it in one turn,
 * so in one commit. The caller keeps everybody else still meanwhile.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { CAUSE, isTerminal, STATE } from "../../model/job.ts";
import type { DeadLetterFilter, RedriveReport } from "../records.ts";
import type { Log } from "./cascade.ts";
import { FLAG } from "./job-columns.ts";
import type { Ledger } from "./ledger.ts";
import {
  type Candidate,
  type ClosedRun,
  type Revival,
  readCandidates,
  readClosedRuns,
  readEdgesOf,
  readRevivals,
  readSkippedBelow,
} from "./read-revival.ts";

/** What a redrive works with. */
export interface RedriveParts {
  readonly connection: DuckDBConnection;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly nowMs: number;
}

/** How a job had ended, before it was brought back. */
interface Before {
  readonly state: number;
  readonly failed: boolean;
}

/** Redrives what ended in one of the states and matches. Stages only; nothing is committed here. */
export async function redrive(
  parts: RedriveParts,
  filter: DeadLetterFilter,
  states: readonly number[],
): Promise<RedriveReport> {
  const { connection, ledger } = parts;
  const candidates = await readCandidates(connection, filter, states);
  const { redriven, refused } = sortOut(ledger, candidates, parts.nowMs);
  if (redriven.length === 0) return { redriven, revived: [], refused };
  const below = await readSkippedBelow(connection, redriven);
  const found = await readRevivals(connection, [...redriven, ...below]);
  const runIds = new Set(found.map(({ facts }) => facts.runId));
  const closed = await readClosedRuns(
    connection,
    [...runIds].filter((runId) => runId > 0 && !ledger.runs.has(runId)),
  );
  // Nobody waits for a sub-run that has ended: it stays as it is.
  const over = new Set(closed.flatMap(({ runId, isSubRun }) => (isSubRun ? [runId] : [])));
  const revivals = found.filter(({ facts }) => !over.has(facts.runId));
  const ids = revivals.map(({ facts }) => facts.id);
  const edges = await readEdgesOf(connection, ids);
  stage(
    parts,
    revivals,
    edges,
    closed.filter(({ runId }) => !over.has(runId)),
  );
  const wanted = new Set(redriven);
  return { redriven, revived: ids.filter((id) => !wanted.has(id)), refused };
}

/** The jobs that can live again, and those that cannot with the reason. */
function sortOut(
  ledger: Ledger,
  candidates: readonly Candidate[],
  nowMs: number,
): Pick<RedriveReport, "redriven" | "refused"> {
  const redriven: number[] = [];
  const refused: { jobId: number; reason: string }[] = [];
  const keys = new Set<string>();
  for (const candidate of candidates) {
    const reason = obstacle(ledger, candidate, keys, nowMs);
    if (reason !== null) {
      refused.push({ jobId: candidate.jobId, reason });
      continue;
    }
    redriven.push(candidate.jobId);
    if (candidate.options?.uniqueKey !== undefined) keys.add(candidate.options.uniqueKey);
  }
  return { redriven, refused };
}

/** Why a job cannot live again, or null. `taken` are the unique keys of jobs that will. */
function obstacle(
  ledger: Ledger,
  { jobId, runId, options, subRunOf }: Candidate,
  taken: ReadonlySet<string>,
  nowMs: number,
): string | null {
  if (subRunOf !== null && !ledger.runs.has(runId))
    return `its sub-run ${runId} has ended; redrive job ${subRunOf.jobId}, which makes a new one`;
  const key = options?.uniqueKey;
  if (key === undefined) return null;
  const holder = ledger.keys.holder(key, nowMs);
  if (taken.has(key))
    return `another job of this redrive has its unique key ${JSON.stringify(key)}`;
  return holder === 0 || holder === jobId
    ? null
    : `job ${holder} has its unique key ${JSON.stringify(key)}`;
}

function stage(
  parts: RedriveParts,
  revivals: readonly Revival[],
  edges: readonly (readonly [child: number, parent: number])[],
  closed: readonly ClosedRun[],
): void {
  const { ledger, log, nowMs } = parts;
  const { jobs } = ledger;
  for (const { runId, jobs: count, counts } of closed) ledger.runs.reopen(runId, count, counts);
  const before = new Map<number, Before>();
  const fresh = new Set<number>();
  for (const revival of revivals) {
    const { id, runId } = revival.facts;
    const state = ledger.ended.stateOf(id);
    const failed = ledger.ended.countsAsFailed(id);
    before.set(id, { state, failed });
    const lost = failed && state !== STATE.cancelled && !revival.hasChildren;
    ledger.runs.uncount(runId, state, lost ? 1 : 0);
    ledger.ended.delete(id);
    if (jobs.slotOf(id) < 0) fresh.add(id);
    revive(ledger, revival);
    log(id, STATE.redriven, revival.attempt, 0, nowMs, CAUSE.control, 0, null);
  }
  const undecided = new Set(revivals.map(({ facts }) => jobs.slotOf(facts.id)));
  for (const [child, parent] of edges) {
    const slot = jobs.slotOf(child);
    if (fresh.has(child)) ledger.linkOutside(parent, slot);
    else if (before.has(parent))
      relink(ledger, slot, parent, before.get(parent) as Before, undecided);
  }
  for (const slot of undecided) ledger.decideFirst(slot, nowMs);
}

/** Takes a job in as blocked. One that a live parent still held has its slot, its edges and its counts. */
function revive(ledger: Ledger, revival: Revival): void {
  const { facts, attempt, options, hasChildren, createdMs } = revival;
  const { jobs } = ledger;
  const held = jobs.slotOf(facts.id);
  const slot = held >= 0 ? held : jobs.add(facts);
  if (held >= 0) jobs.lives(held);
  jobs.state[slot] = STATE.blocked;
  jobs.attempt[slot] = attempt;
  jobs.tries[slot] = 0;
  jobs.flags[slot] = FLAG.redriven;
  jobs.atMs[slot] = facts.runAtMs;
  jobs.hasChildren[slot] = hasChildren ? 1 : 0;
  if (options !== null) ledger.keepOptions(slot, options, createdMs);
}

/** A parent of a live job is pending again; where that was decided but nobody acted on it, it is undecided. */
function relink(
  ledger: Ledger,
  child: number,
  parentId: number,
  before: Before,
  undecided: Set<number>,
): void {
  const { jobs, waiting, cascade } = ledger;
  if (child < 0) return;
  const state = jobs.state[child] as number;
  if (isTerminal(state)) return;
  if (before.failed) jobs.failedParents[child] = (jobs.failedParents[child] as number) - 1;
  else if (before.state === STATE.skipped)
    jobs.skippedParents[child] = (jobs.skippedParents[child] as number) - 1;
  jobs.parents[child] = (jobs.parents[child] as number) - 1;
  cascade.link(jobs.slotOf(parentId), child);
  const isUnclaimed =
    jobs.attempt[child] === 0 || ((jobs.flags[child] as number) & FLAG.redriven) !== 0;
  const isWaiting = state === STATE.ready || state === STATE.delayed;
  if (isWaiting && isUnclaimed) {
    waiting.drop(child);
    jobs.state[child] = STATE.blocked;
  }
  if (jobs.state[child] === STATE.blocked) undecided.add(child);
}
