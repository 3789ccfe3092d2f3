/** D6: the edges at the end are not those that were submitted: lost, invented, repeated, or without an end. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { mayBePurged } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";
import { EdgeSet } from "./edge-set.ts";
import { acceptance } from "./lost-job.ts";

/** See the file's head. Sets are compared: an edge that was submitted twice is one. */
export const wrongEdges: Check = {
  id: "D6",
  title: "orphaned, dangling or repeated edges",
  class: "I",
  meaning: "what depends on what is not what was ordered",
  rule: "the stored edges are not those that were submitted: one is missing, is there twice, was ordered by nobody, or names a job that is not there",
  run(one, findings) {
    const rows = lastEdges(one);
    if (rows.length === 0) return;
    const submitted = new EdgeSet(one.facts.children.length);
    for (let edge = 0; edge < one.facts.children.length; edge++)
      submitted.add(one.facts.children.at(edge), one.facts.parents.at(edge));
    const stored = new EdgeSet(rows.length);
    for (const row of rows) judgeRow(one, row, submitted, stored, findings);
    lostEdges(one, rows[0] as number, stored, findings);
  },
};

/** Rows of the last read of all edges; empty where there is none. */
function lastEdges({ operations, history }: Case): Int32Array {
  const rows = operations.ofKind(KIND.readEdges);
  const last = rows[rows.length - 1];
  if (last === undefined || operations.typeOf(last) !== TYPE.ok) return new Int32Array(0);
  let from = rows.length - 1;
  while (from > 0 && history.start[rows[from - 1] as number] === history.start[last]) from--;
  return rows.subarray(from);
}

function judgeRow(
  one: Case,
  row: number,
  submitted: EdgeSet,
  stored: EdgeSet,
  findings: Findings,
): void {
  const { history, final } = one;
  const [child, parent] = [history.job[row] as number, history.other[row] as number];
  if (child < 0 || parent < 0) return;
  const isNew = stored.add(child, parent);
  const missing = [child, parent].find((job) => final.op >= 0 && (final.event[job] as number) < 0);
  const fault = !isNew
    ? "is stored twice"
    : !submitted.has(child, parent)
      ? "is stored, and nobody submitted it"
      : missing !== undefined
        ? `is stored, and job ${one.id(missing)} is not there`
        : null;
  if (fault === null) return;
  findings.violation({
    job: child,
    message: `the edge from job ${one.id(child)} to its parent ${one.id(parent)} ${fault}`,
    events: missing === undefined ? [row] : [row, final.op],
  });
}

/** Edges of accepted jobs that are not there, although both ends are. */
function lostEdges(one: Case, row: number, stored: EdgeSet, findings: Findings): void {
  const { facts, operations, history } = one;
  const read = history.start[row] as number;
  for (let edge = 0; edge < facts.children.length; edge++) {
    const [child, parent] = [facts.children.at(edge), facts.parents.at(edge)];
    if (stored.has(child, parent) || !facts.knows(child)) continue;
    const accepted = acceptance(one, child);
    if (accepted < 0 || operations.retOf(accepted) >= operations.invOf(read)) continue;
    const ever = Number.POSITIVE_INFINITY;
    if (mayBePurged(one, child, ever) || mayBePurged(one, parent, ever)) continue;
    findings.violation({
      job: child,
      message: `the edge from job ${one.id(child)} to its parent ${one.id(parent)} was accepted, and is not stored`,
      events: [accepted, read],
    });
  }
}
