/** D5 and C2: a part of what was submitted at once is there, and the rest is not. After a crash, and unacknowledged, it is C2. */
import type { Case } from "../history/case.ts";
import { KIND, SEEN, TYPE } from "../history/event.ts";
import { NOBODY } from "../history/history.ts";
import type { Check, Findings } from "./check.ts";

/** D5; see the file's head. */
export const partialSubmission: Check = {
  id: "D5",
  title: "partial submission visible",
  class: "S",
  meaning: "a job runs as a root because its parents are not stored yet",
  run(one, findings) {
    eachPart(one, (part) => {
      if (!isTorn(one, part)) tell(one, part, findings);
    });
  },
};

/** C2, for submissions; see the file's head. */
export function tornSubmissions(one: Case, findings: Findings): void {
  eachPart(one, (part) => {
    if (isTorn(one, part)) tell(one, part, findings);
  });
}

interface Part {
  /** The submission's invoke. */
  readonly op: number;
  /** The read's invoke. */
  readonly read: number;
  /** A row of the read that shows some of it. */
  readonly witness: number;
  readonly what: "jobs" | "edges";
  readonly seen: number;
  readonly submitted: number;
}

function tell({ history }: Case, part: Part, findings: Findings): void {
  findings.violation({
    job: history.job[part.witness] as number,
    message: `of ${part.submitted} ${part.what} that were submitted at once, a read shows ${part.seen}`,
    events: [part.op, part.witness],
  });
}

/** Nobody was told that it was stored, and a crash came between. */
function isTorn({ operations, unnamed }: Case, { op, read }: Part): boolean {
  const acked = operations.outcomeOf(op) === TYPE.ok;
  return !acked && unnamed.crashes.within(operations.invOf(op), operations.invOf(read));
}

function eachPart(one: Case, visit: (part: Part) => void): void {
  if (one.unnamed.purges.count > 0) return;
  const sizes = sizesOf(one);
  parts(one, KIND.readAll, "jobs", sizes.jobs, visit);
  parts(one, KIND.readEdges, "edges", sizes.edges, visit);
}

/** How many jobs and edges a submission has, by its invoke; 0 where a purge may have taken some. */
interface Sizes {
  readonly jobs: Int32Array;
  readonly edges: Int32Array;
}

function sizesOf(one: Case): Sizes {
  const { facts, history, operations } = one;
  const opOf = (job: number): number =>
    job !== NOBODY && facts.knows(job) ? (facts.op[job] as number) : -1;
  const jobs = new Int32Array(history.length);
  const edges = new Int32Array(history.length);
  for (let job = 0; job < history.jobs.size; job++) count(jobs, opOf(job));
  for (let edge = 0; edge < facts.children.length; edge++)
    count(edges, opOf(facts.children.at(edge)));
  for (const event of operations.ofKind(KIND.submit)) {
    // Where the client never learned the ids, it knows how many it asked for.
    const op = history.start[event] as number;
    const doubtful = operations.typeOf(event) === TYPE.info;
    if (doubtful) jobs[op] = Math.max(jobs[op] as number, history.value[op] as number);
  }
  for (const event of operations.ofKind(KIND.purge)) {
    const op = opOf(history.job[event] as number);
    if (op >= 0) jobs[op] = edges[op] = 0;
  }
  return { jobs, edges };
}

function count(counts: Int32Array, op: number): void {
  if (op >= 0) counts[op] = (counts[op] as number) + 1;
}

/** The submissions of which one read shows a part; rows of one read lie together. */
function parts(
  one: Case,
  kind: number,
  what: Part["what"],
  sizes: Int32Array,
  visit: (part: Part) => void,
): void {
  const { history, operations, facts } = one;
  const seen = new Int32Array(history.length);
  const witness = new Int32Array(history.length);
  const touched: number[] = [];
  const finish = (read: number): void => {
    for (const op of touched) {
      const submitted = sizes[op] as number;
      const part = { op, read, witness: witness[op] as number, what, seen: seen[op] as number };
      if (part.seen < submitted) visit({ ...part, submitted });
      seen[op] = 0;
    }
    touched.length = 0;
  };
  let read = -1;
  for (const event of operations.ofKind(kind)) {
    if (history.start[event] !== read) {
      finish(read);
      read = history.start[event] as number;
    }
    const job = history.job[event] as number;
    if (operations.typeOf(event) !== TYPE.ok || job === NOBODY || !facts.knows(job)) continue;
    if (history.state[event] === SEEN.absent) continue;
    const op = facts.op[job] as number;
    if (seen[op] === 0) touched.push(op);
    seen[op] = (seen[op] as number) + 1;
    witness[op] = event;
  }
  finish(read);
}
