/** The live jobs that a control acts on. */
import { CAUSE, isTerminal, STATE } from "../../model/job.ts";
import type { JobFilter, Token } from "../store.ts";
import type { JobTable } from "./job-table.ts";
import type { Ledger } from "./ledger.ts";

/** Slots of the live jobs that match every field of the filter, in no order. One job is found without a scan. */
function liveSlots(jobs: JobTable, filter: JobFilter): number[] {
  const { jobId } = filter;
  if (jobId !== undefined) {
    const slot = jobs.slotOf(jobId);
    return slot >= 0 && isLive(jobs, slot) && matches(jobs, slot, filter) ? [slot] : [];
  }
  const slots: number[] = [];
  for (let slot = 0; slot < jobs.used; slot++)
    if (isLive(jobs, slot) && matches(jobs, slot, filter)) slots.push(slot);
  return slots;
}

function isLive(jobs: JobTable, slot: number): boolean {
  return (jobs.id[slot] as number) > 0 && !isTerminal(jobs.state[slot] as number);
}

function matches(jobs: JobTable, slot: number, { runId, queue, task }: JobFilter): boolean {
  return (
    (runId === undefined || jobs.run[slot] === runId) &&
    (queue === undefined || jobs.queues.name(jobs.queue[slot] as number) === queue) &&
    (task === undefined || jobs.tasks.name(jobs.task[slot] as number) === task)
  );
}

/** Cancels every live job that matches; `revoked` are the claims that ended with it. */
export function cancelJobs(
  ledger: Ledger,
  filter: JobFilter,
  nowMs: number,
): { cancelled: number; revoked: Token[] } {
  const { jobs, runs } = ledger;
  const revoked: Token[] = [];
  let cancelled = 0;
  const filters: { readonly filter: JobFilter; readonly cause: number; readonly by: number }[] = [
    { filter, cause: CAUSE.control, by: 0 },
  ];
  // Sub-runs go down with the jobs that they expand.
  for (let next = filters.pop(); next !== undefined; next = filters.pop()) {
    const slots = liveSlots(jobs, next.filter);
    for (const slot of slots) {
      if (jobs.state[slot] === STATE.claimed) revoked.push(tokenOf(jobs, slot));
      const jobId = jobs.id[slot] as number;
      const runId = runs.childRunOf(jobId);
      if (runId > 0) filters.push({ filter: { runId }, cause: CAUSE.subRun, by: jobId });
    }
    ledger.cancel(slots, next.cause, next.by, nowMs);
    cancelled += slots.length;
  }
  return { cancelled, revoked };
}

function tokenOf(jobs: JobTable, slot: number): Token {
  return { jobId: jobs.id[slot] as number, attempt: jobs.attempt[slot] as number };
}
