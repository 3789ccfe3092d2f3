/** D10: a run that a job expanded to does not name that job, or names another attempt. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { NOBODY } from "../history/history.ts";
import type { Check } from "./check.ts";

/** See the file's head. */
export const lostLink: Check = {
  id: "D10",
  title: "sub-run link lost",
  class: "I",
  meaning: "a failure or a cancel does not reach the runs that hang below a job",
  rule: "a run that a job expanded to does not name that job and attempt as its parent",
  run(one, findings) {
    const { operations, history } = one;
    const spawned = new Map<number, number>();
    for (const event of operations.ofKind(KIND.expand)) {
      const named = history.job[event] !== NOBODY && (history.value[event] as number) > 0;
      if (named && operations.typeOf(event) === TYPE.ok)
        spawned.set(history.value[event] as number, event);
    }
    for (const row of operations.ofKind(KIND.readRunParent)) {
      const run = history.value[row] as number;
      const expand = spawned.get(run);
      if (expand === undefined || operations.typeOf(row) !== TYPE.ok || !isAfter(one, expand, row))
        continue;
      const same = history.job[row] === history.job[expand];
      if (same && history.attempt[row] === history.attempt[expand]) continue;
      const job = history.job[expand] as number;
      const named = history.job[row] as number;
      findings.violation({
        job,
        message: `run ${run} was spawned by attempt ${history.attempt[expand]} of job ${one.id(job)}, and is stored as ${named === NOBODY ? "nobody's" : `that of attempt ${history.attempt[row]} of job ${one.id(named)}`}`,
        events: [expand, row],
      });
    }
  },
};

function isAfter({ operations }: Case, expand: number, row: number): boolean {
  return operations.retOf(expand) < operations.invOf(row);
}
