/**
 * The live jobs of a ledger as text, one line each in id order: equal ledgers give equal texts. A job whose time has come
 * counts as ready, whether or not anybody has looked for work since.
 */
import { isTerminal, STATE, STATE_NAMES } from "../../model/job.ts";
import type { Ledger } from "./ledger.ts";

/** See the file's head. */
export function snapshotOf({ jobs }: Ledger, nowMs: number): string[] {
  const lines: { readonly id: number; readonly text: string }[] = [];
  for (let slot = 0; slot < jobs.used; slot++) {
    const id = jobs.id[slot] as number;
    const state = jobs.state[slot] as number;
    if (id <= 0 || isTerminal(state)) continue;
    const isDue = state === STATE.delayed && (jobs.atMs[slot] as number) <= nowMs;
    const shown = STATE_NAMES[isDue ? STATE.ready : state];
    const parents = `${jobs.parents[slot]} parents (${jobs.pending[slot]} pending, ${jobs.failedParents[slot]} failed, ${jobs.skippedParents[slot]} skipped)`;
    lines.push({
      id,
      text: `${id} ${shown}, attempt ${jobs.attempt[slot]}, tries ${jobs.tries[slot]}, ${parents}`,
    });
  }
  return lines.sort((a, b) => a.id - b.id).map(({ text }) => text);
}
