/** D7: a submit was accepted whose jobs depend on each other in a circle, or on a job that was not there. */
import type { Case } from "../history/case.ts";
import type { Check, Findings } from "./check.ts";
import { acceptance } from "./lost-job.ts";

/** At most so many jobs of a cycle are told. */
const TOLD = 5;

/** See the file's head. */
export const acceptedCycle: Check = {
  id: "D7",
  title: "cycle or foreign edge accepted",
  class: "I",
  meaning: "a run that can never end is accepted",
  rule: "a submission is accepted whose edges form a circle, or name a job that is not there",
  run(one, findings) {
    foreignParents(one, findings);
    const left = unsortable(one);
    const cycle = left.length === 0 ? [] : cycleIn(one, left);
    if (cycle.length === 0) return;
    findings.violation({
      job: cycle[0] as number,
      message: `jobs ${cycle
        .slice(0, TOLD)
        .map((job) => one.id(job))
        .join(", ")} depend on each other in a circle, and the submit was accepted`,
      events: [...new Set(cycle.map((job) => acceptance(one, job)))].slice(0, TOLD),
    });
  },
};

/** Parents that nobody had submitted when the child was accepted. */
function foreignParents(one: Case, findings: Findings): void {
  const { facts, operations } = one;
  for (let edge = 0; edge < facts.children.length; edge++) {
    const [child, parent] = [facts.children.at(edge), facts.parents.at(edge)];
    const accepted = facts.knows(child) ? acceptance(one, child) : -1;
    if (accepted < 0) continue;
    const asked = facts.knows(parent) ? operations.invOf(facts.op[parent] as number) : Infinity;
    if (asked <= operations.retOf(accepted)) continue;
    findings.violation({
      job: child,
      message: `job ${one.id(child)} was accepted with the parent ${one.id(parent)}, which was not there`,
      events: [accepted],
    });
  }
}

/** Accepted jobs that no order of the graph can place: those on cycles, and below them. */
function unsortable(one: Case): number[] {
  const { graph, history, facts } = one;
  const open = new Int32Array(history.jobs.size);
  const next: number[] = [];
  for (let job = 0; job < history.jobs.size; job++) {
    open[job] = graph.parentCount(job);
    if (open[job] === 0) next.push(job);
  }
  while (next.length > 0) {
    const job = next.pop() as number;
    const to = graph.childFirst[job + 1] as number;
    for (let edge = graph.childFirst[job] as number; edge < to; edge++) {
      const child = graph.children[edge] as number;
      open[child] = (open[child] as number) - 1;
      if (open[child] === 0) next.push(child);
    }
  }
  const left: number[] = [];
  for (let job = 0; job < open.length; job++)
    if ((open[job] as number) > 0 && facts.knows(job) && acceptance(one, job) >= 0) left.push(job);
  return left;
}

/** One cycle among jobs that each have a parent among them. */
function cycleIn({ graph }: Case, left: readonly number[]): number[] {
  const among = new Set(left);
  const path: number[] = [];
  const place = new Map<number, number>();
  let job = left[0];
  while (job !== undefined && !place.has(job)) {
    place.set(job, path.length);
    path.push(job);
    job = graph.parentsOf(job).find((parent) => among.has(parent));
  }
  return job === undefined ? [] : path.slice(place.get(job));
}
