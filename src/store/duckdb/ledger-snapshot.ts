/** The live jobs of a ledger as text, one line each in id order: equal ledgers give equal texts. */
import { isTerminal, STATE_NAMES } from "../../model/job.ts";
import type { Ledger } from "./ledger.ts";

/** See the file's head. */
export function snapshotOf({ jobs }: Ledger): string[] {
  const lines: { readonly id: number; readonly text: string }[] = [];
  for (let slot = 0; slot < jobs.used; slot++) {
    const id = jobs.id[slot] as number;
    const state = jobs.state[slot] as number;
    if (id <= 0 || isTerminal(state)) continue;
    const parents = `${jobs.parents[slot]} parents (${jobs.pending[slot]} pending, ${jobs.failedParents[slot]} failed, ${jobs.skippedParents[slot]} skipped)`;
    lines.push({
      id,
      text: `${id} ${STATE_NAMES[state]}, attempt ${jobs.attempt[slot]}, tries ${jobs.tries[slot]}, ${parents}`,
    });
  }
  return lines.sort((a, b) => a.id - b.id).map(({ text }) => text);
}
