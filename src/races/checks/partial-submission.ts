/** D5 and C2: a part of what was submitted at once is there, and the rest is not. After a crash, and unacknowledged, it is C2. */
import type { Case } from "../history/case.ts";
import { KIND, SEEN, TYPE } from "../history/event.ts";
import { NOBODY } from "../history/history.ts";
import { purgedJobs } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";

/** D5; see the file's head. */
export const partialSubmission: Check = {
  id: "D5",
  title: "partial submission visible",
  class: "S",
  meaning: "a job runs as a root because its parents are not stored yet",
  rule: "a read or the last state shows some jobs or edges of one submission and certainly not the others",
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
  const gone = purgedJobs(one);
  const sizes = sizesOf(one, gone);
  parts(one, KIND.readAll, "jobs", { ...sizes, gone }, visit);
  parts(one, KIND.readEdges, "edges", { ...sizes, gone }, visit);
}

/** How many jobs and edges a submission has, by its invoke, without those that a purge may have taken. */
interface Sizes {
  readonly jobs: Int32Array;
  readonly edges: Int32Array;
}

function sizesOf({ facts, history, operations }: Case, gone: Uint8Array): Sizes {
  const jobs = new Int32Array(history.length);
  const edges = new Int32Array(history.length);
  const purged = new Int32Array(history.length);
  for (let job = 0; job < history.jobs.size; job++)
    if (facts.knows(job)) count(gone[job] === 1 ? purged : jobs, facts.op[job] as number);
  for (let edge = 0; edge < facts.children.length; edge++) {
    const [child, parent] = [facts.children.at(edge), facts.parents.at(edge)];
    const stays = gone[child] === 0 && gone[parent] === 0;
    if (stays && facts.knows(child)) count(edges, facts.op[child] as number);
  }
  for (const event of operations.ofKind(KIND.submit)) {
    // Where the client never learned the ids, it knows how many it asked for.
    if (operations.typeOf(event) !== TYPE.info) continue;
    const op = history.start[event] as number;
    const asked = (history.value[op] as number) - (purged[op] as number);
    jobs[op] = Math.max(jobs[op] as number, asked);
  }
  return { jobs, edges };
}

function count(counts: Int32Array, op: number): void {
  counts[op] = (counts[op] as number) + 1;
}

/** The submissions of which one read shows a part; rows of one read lie together. */
function parts(
  one: Case,
  kind: number,
  what: Part["what"],
  { gone, ...sizes }: Sizes & { readonly gone: Uint8Array },
  visit: (part: Part) => void,
): void {
  const { history, operations, facts } = one;
  const seen = new Int32Array(history.length);
  const witness = new Int32Array(history.length);
  const touched: number[] = [];
  const finish = (read: number): void => {
    for (const op of touched) {
      const submitted = sizes[what][op] as number;
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
    const other = history.other[event] as number;
    const purged = gone[job] === 1 || (other !== NOBODY && gone[other] === 1);
    if (purged || history.state[event] === SEEN.absent) continue;
    const op = facts.op[job] as number;
    if (seen[op] === 0) touched.push(op);
    seen[op] = (seen[op] as number) + 1;
    witness[op] = event;
  }
  finish(read);
}
