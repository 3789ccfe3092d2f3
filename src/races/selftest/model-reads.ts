/** What reads of the model queue show, as rows of a history. */
import { STATE } from "../../model/job.ts";
import { type EventRow, KIND, SEEN } from "../history/event.ts";
import type { DraftWriter } from "./draft-writer.ts";
import { yes } from "./draft-writer.ts";
import type { ModelJob } from "./model-job.ts";
import type { ModelQueue } from "./model-queue.ts";

const SEEN_OF: Readonly<Record<number, number>> = {
  [STATE.blocked]: SEEN.pending,
  [STATE.ready]: SEEN.pending,
  [STATE.claimed]: SEEN.claimed,
  [STATE.done]: SEEN.done,
  [STATE.failed]: SEEN.failed,
  [STATE.skipped]: SEEN.skipped,
  [STATE.cancelled]: SEEN.cancelled,
  [STATE.delayed]: SEEN.delayed,
  [STATE.expanded]: SEEN.expanded,
};

/** A job as a read shows it; an id that is not there is absent. */
export function rowOf(queue: ModelQueue, id: number): EventRow {
  const job = queue.jobs.get(id);
  return job === undefined ? { job: id, state: SEEN.absent } : shown(job);
}

/** All jobs. */
export function allRows(queue: ModelQueue): EventRow[] {
  return [...queue.jobs.values()].map(shown);
}

function shown({ id, state, attempt, seq, payload }: ModelJob): EventRow {
  return { job: id, state: SEEN_OF[state] ?? SEEN.pending, attempt, value: seq, payload };
}

const COUNTED = [SEEN.done, SEEN.failed, SEEN.skipped, SEEN.cancelled];

/** A run's status, and how many members are in each end. */
export function runRows(queue: ModelQueue, run: number): EventRow[] {
  const states = (queue.runs.get(run)?.members ?? []).map(
    (id) => rowOf(queue, id).state ?? SEEN.absent,
  );
  const alive = states.some((state) => !COUNTED.includes(state as (typeof COUNTED)[number]));
  const good = states.every((state) => state === SEEN.done);
  const status = alive ? SEEN.running : good ? SEEN.done : SEEN.failed;
  const count = (state: number): number => states.filter((one) => one === state).length;
  return [
    { value: run, state: status },
    ...COUNTED.map((state) => ({ value: run, state, attempt: count(state) })),
  ];
}

/** The last reads, of a queue at rest. */
export function readAtRest(writer: DraftWriter, queue: ModelQueue, proc: number): void {
  writer.atOnce(proc, KIND.readAll, {}, () => yes(...allRows(queue)));
  const edges = [...queue.jobs.values()].flatMap(({ id, parents }) =>
    parents.map((other) => ({ job: id, other })),
  );
  writer.atOnce(proc, KIND.readEdges, {}, () => yes(...edges));
  for (const [value, { parentJob, parentAttempt }] of queue.runs) {
    writer.atOnce(proc, KIND.readRun, { value }, () => yes(...runRows(queue, value)));
    const parent = parentJob === 0 ? {} : { job: parentJob, attempt: parentAttempt };
    writer.atOnce(proc, KIND.readRunParent, { value }, () => yes({ value, ...parent }));
  }
}
