/** How graph anomalies are put in: places in the graph, and edits of it. */
import { CAUSE, STATE } from "../../model/job.ts";
import { KIND, SEEN, TYPE } from "../history/event.ts";
import { RULE } from "../history/trigger-table.ts";
import type { DraftEvent } from "./draft.ts";
import type { Editor } from "./editor.ts";

/** First attempts of jobs with parents, under rules that suit. */
export function firstClaimOfChild(editor: Editor, ...rules: number[]): number | null {
  const found = editor.one(editor.attempts, ({ job, attempt }) => {
    const rule = editor.jobs.get(job)?.fact.rule ?? -1;
    const child = editor.draft.edges.some(({ child: id }) => id === job);
    return attempt === 1 && child && rules.includes(rule) && !editor.isHandled(job);
  });
  return found?.job ?? null;
}

/** When the call of a job's ack began; `Infinity` for none. */
export function ackNsOf(editor: Editor, job: number): number {
  const acked = editor.attemptsOf(job).find(({ settle }) => settle?.kind === KIND.ack);
  return acked?.settle == null ? Number.POSITIVE_INFINITY : editor.callOf(acked.settle).ns;
}

/** Jobs of one run, the second acked only after the first had been claimed. */
export function claimedBefore(editor: Editor, rules: readonly number[]): [number, number] | null {
  const pairs: [number, number][] = [];
  for (const { job, attempt, claim } of editor.attempts) {
    const fact = editor.jobs.get(job)?.fact;
    if (attempt !== 1 || fact?.run === 0 || !rules.includes(fact?.rule ?? -1)) continue;
    for (const other of editor.jobs.values())
      if (other.fact.run === fact?.run && isLater(editor, claim, job, other.fact.id))
        pairs.push([job, other.fact.id]);
  }
  return editor.one(pairs);
}

/** Whether a job was acked only after the claim of one that does not depend on it. */
function isLater(editor: Editor, claim: DraftEvent, job: number, other: number): boolean {
  const ackNs = ackNsOf(editor, other);
  const late = ackNs >= claim.ns && ackNs < Infinity && other !== job && !editor.isHandled(other);
  const isEdge = (child: number, parent: number): boolean => child === job && parent === other;
  return late && !editor.draft.edges.some(({ child, parent }) => isEdge(child, parent));
}

/** Adds an edge to what was asked for and to what the last read shows. */
export function addEdge(editor: Editor, child: number, parent: number): void {
  editor.draft.edges.push({ child, parent });
  const call = editor.of(KIND.readEdges, TYPE.invoke).pop();
  const last = call === undefined ? undefined : editor.answersOf(call).pop();
  if (call === undefined || last === undefined) return;
  const { events } = editor.draft;
  events.splice(events.indexOf(last) + 1, 0, { ...last, row: { job: child, other: parent } });
}

/** Rows of the last read of all edges. */
export function edgeRows(editor: Editor): DraftEvent[] {
  return editor.of(KIND.readEdges).filter(({ row }) => row.job !== undefined);
}

/** Answers nothing. */
export const noEvent: DraftEvent = { call: null, ns: 0, ms: 0, proc: 0, kind: 0, type: 0, row: {} };

/** Whether a purge does not name its jobs. */
export function purgesUnnamed(editor: Editor): boolean {
  return editor.of(KIND.purge).some(({ row, call }) => row.job === undefined && !call?.row.job);
}

/** The last row that answered a call, or the call. */
export function lastRowOf(editor: Editor, call: DraftEvent | undefined): DraftEvent {
  return call === undefined ? noEvent : (editor.answersOf(call).pop() ?? call);
}

/** All jobs that depend on one. */
export function below(editor: Editor, job: number): Set<number> {
  const found = new Set([job]);
  for (const id of found)
    for (const { child, parent } of editor.draft.edges) if (parent === id) found.add(child);
  return found;
}

/** See D9: a skipped job gets an attempt, from its claim to its result, behind a purge of its failed parent. */
export function revive(editor: Editor): boolean {
  const { draft } = editor;
  const edge = editor.one(draft.edges, ({ child, parent }) => {
    const [below, above] = [editor.final.get(child)?.row, editor.final.get(parent)?.row];
    const rule = editor.jobs.get(child)?.fact.rule;
    if (draft.edges.some((other) => other.parent === child)) return false;
    return (
      below?.state === SEEN.skipped && above?.state === SEEN.failed && rule === RULE.all_success
    );
  });
  const shown = edge === null ? undefined : editor.final.get(edge.child);
  const gone = edge === null ? undefined : editor.final.get(edge.parent);
  const at = draft.events[draft.events.indexOf(editor.finalCall) - 1];
  if (edge === null || shown === undefined || gone === undefined || at === undefined) return false;
  const mayBeDone = draft.events.some(({ kind, row, type }) => {
    const ends = kind === KIND.expand || kind === KIND.ack;
    return ends && type === TYPE.invoke && row.job === edge.parent;
  });
  if (mayBeDone || editor.crash !== null) return false;
  const skipSeen = draft.events.some(
    ({ row, call }) =>
      row.job === edge.child && row.state === SEEN.skipped && call !== editor.finalCall,
  );
  if (skipSeen || editor.isHandled(edge.child)) return false;
  const proc = editor.newProc();
  const [job, attempt, payload] = [edge.child, 1, '"revived"'];
  const answered = (kind: number, row: object, call: number) => ({
    proc,
    kind,
    row,
    answers: call,
  });
  const asked = (kind: number, row: object) => ({ proc, kind, type: TYPE.invoke, row });
  editor.putAfter(
    at,
    asked(KIND.purge, { job: edge.parent }),
    answered(KIND.purge, { job: edge.parent }, 0),
    asked(KIND.claim, {}),
    answered(KIND.claim, { job, attempt }, 2),
    { proc, kind: KIND.execStart, row: { job, attempt } },
    { proc, kind: KIND.execEnd, row: { job, attempt, state: SEEN.done, payload } },
    asked(KIND.ack, { job, attempt, payload }),
    answered(KIND.ack, { job, attempt, payload }, 6),
  );
  editor.remove(
    gone,
    ...edgeRows(editor).filter(
      ({ row: { job, other } }) => job === edge.parent || other === edge.parent,
    ),
  );
  editor.change(shown, { state: SEEN.done, attempt, payload });
  relog(editor, job, payload, at.ms);
  return true;
}

/** The log has the attempt in place of the skip. */
function relog({ draft }: Editor, job: number, payload: string, tsMs: number): void {
  const { log } = draft;
  const skip = log?.find(({ jobId, state }) => jobId === job && state === STATE.skipped);
  if (log == null || skip === undefined) return;
  const seq = log[log.length - 1]?.seq ?? 0;
  const row = { ...skip, attempt: 1, tsMs, cause: CAUSE.none };
  draft.log = [
    ...log.filter((one) => one !== skip),
    { ...row, seq: seq + 1, state: STATE.claimed },
    { ...row, seq: seq + 2, state: STATE.done, payload },
  ];
}
