/** D1, D2 and D4 by the log, where the order of all ends is known: no interval, no doubt. */
import type { Case } from "../history/case.ts";
import { LOG_CAUSE, LOG_STATE } from "../history/job-log.ts";
import { mayBePurged } from "../history/possible-ends.ts";
import { mayRun, maySkip, ruleName, WAY } from "../history/trigger-table.ts";
import type { Findings } from "./check.ts";

/** Claims that the rule of the job cannot have allowed, for rules that `isMine`. */
export function earlyInLog(one: Case, isMine: (rule: number) => boolean, findings: Findings): void {
  walk(one, LOG_STATE.claimed, isMine, (job, row, ways) => {
    const rule = one.facts.rule[job] as number;
    if (mayRun(rule, ways)) return;
    tell(one, job, row, `was claimed, and its rule ${ruleName(rule)} cannot have let it`, findings);
  });
}

/** Skips while the rule could still have let the job run. */
export function wrongSkipInLog(one: Case, findings: Findings): void {
  const anyRule = (): boolean => true;
  walk(one, LOG_STATE.skipped, anyRule, (job, row, ways) => {
    const rule = one.facts.rule[job] as number;
    if (maySkip(rule, ways)) return;
    tell(
      one,
      job,
      row,
      `was skipped, and its rule ${ruleName(rule)} could still let it run`,
      findings,
    );
  });
}

/** Rows of a state of jobs with parents and a rule that is asked for, with the way in which each parent stood at that row. */
function walk(
  one: Case,
  state: number,
  isMine: (rule: number) => boolean,
  visit: (job: number, row: number, ways: Int32Array) => void,
): void {
  const { log, facts, graph, history, unnamed } = one;
  // A purge takes rows of the log with it.
  if (log === null || unnamed.purges.count > 0) return;
  const ways = new Uint8Array(history.jobs.size).fill(WAY.pending);
  const redriven = new Uint8Array(history.jobs.size);
  for (let row = 0; row < log.length; row++) {
    const job = log.job[row] as number;
    if (log.state[row] === LOG_STATE.redriven) redriven[job] = 1;
    ways[job] = wayOf(log.state[row] as number, log.cause[row] as number);
    if (log.state[row] !== state || !facts.knows(job) || redriven[job] === 1) continue;
    if (!isMine(facts.rule[job] as number)) continue;
    if (state === LOG_STATE.claimed && graph.parentCount(job) === 0) continue;
    const parents = graph.parentsOf(job);
    // What decided a job once does not hold it back when a parent is redriven. What a purge of a parent does is
    // D9's question, and it takes rows of the log with it.
    const ever = Number.POSITIVE_INFINITY;
    const unsure = (parent: number): boolean =>
      redriven[parent] === 1 || mayBePurged(one, parent, ever);
    if (parents.some(unsure)) continue;
    visit(
      job,
      row,
      parents.map((parent) => ways[parent] as number),
    );
  }
}

/** An end that is known; a failure above, and a cancel, count as failed. */
function wayOf(state: number, cause: number): number {
  switch (state) {
    case LOG_STATE.done:
      return WAY.done;
    case LOG_STATE.failed:
    case LOG_STATE.cancelled:
      return WAY.failed;
    case LOG_STATE.skipped:
      return cause === LOG_CAUSE.upstreamFailed ? WAY.failed : WAY.skipped;
    default:
      return WAY.pending;
  }
}

function tell(one: Case, job: number, row: number, what: string, findings: Findings): void {
  const { log, graph } = one;
  if (log === null) return;
  const ends: number[] = [];
  for (let at = 0; at < row; at++)
    if (graph.parentsOf(job).includes(log.job[at] as number)) ends.push(at);
  findings.violation({
    job,
    message: `job ${one.id(job)} ${what}: of ${graph.parentCount(job)} parents the log before it has ${ends.length} rows`,
    events: [],
    log: [...ends, row],
  });
}
