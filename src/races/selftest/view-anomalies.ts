/** Anomalies of what readers and transactions see: V1 to V7. */
import { isEnd, KIND, SEEN, TYPE } from "../history/event.ts";
import type { Anomaly } from "./anomaly.ts";
import type { Attempt, Editor, Piece } from "./editor.ts";
import { ISOLATION_ANOMALIES } from "./isolation-anomalies.ts";

const isAcked = ({ settle }: Attempt): boolean => settle?.kind === KIND.ack;

/** A transaction number that no story reaches. */
const OWN_TXN = 1_000_000;

/** See the file's head. */
export const VIEW_ANOMALIES: readonly Anomaly[] = [
  {
    id: "V1",
    what: "a read shows a job claimed that was acked, and the last read shows it done",
    also: { V3: "another ack of the same transaction shows" },
    inject(editor) {
      const found = editor.one(
        editor.attempts,
        (one) =>
          isAcked(one) &&
          editor.final.get(one.job)?.row.state === SEEN.done &&
          !editor.isHandled(one.job) &&
          !(editor.crash !== null && (one.settle?.ns ?? 0) < editor.crash.ns),
      );
      if (found?.settle == null) return false;
      const { job, attempt } = found;
      const stale = { job, attempt, state: SEEN.claimed };
      editor.putCall(found.settle, editor.newProc(), KIND.read, {}, [stale]);
      return true;
    },
  },
  {
    id: "V1",
    what: "a read of all jobs misses one that had been accepted",
    also: {},
    inject(editor) {
      const rows = editor.of(KIND.readAll).filter(({ call }) => call !== editor.finalCall);
      const row = editor.one(rows, (one) => {
        const job = one.row.job ?? 0;
        const accepted = editor.of(KIND.enqueue).find((event) => event.row.job === job);
        const shows = editor.answersOf(editor.callOf(one)).length > 1;
        return (
          shows &&
          editor.isAlone(job) &&
          accepted !== undefined &&
          accepted.ns < (one.call?.ns ?? 0)
        );
      });
      const siblings = editor
        .of(KIND.enqueue)
        .filter(({ call }) => call === editor.jobs.get(row?.row.job ?? 0)?.call);
      if (row === null || siblings.length !== 1 || editor.isHandled(row.row.job ?? 0)) return false;
      if (editor.crash !== null && editor.crash.ns < row.ns) return false;
      editor.remove(row);
      return true;
    },
  },
  {
    id: "V2",
    what: "a client sees an older version of a job than before",
    also: {},
    inject(editor) {
      const found = editor.one(
        editor.of(KIND.readAll),
        ({ row, call }) =>
          call !== editor.finalCall && (row.value ?? 0) > 1 && isEnd(row.state ?? SEEN.none),
      );
      if (found === null) return false;
      if (editor.crash !== null && found.ns < editor.crash.ns) return false;
      const last = editor.answersOf(editor.callOf(found)).pop() ?? found;
      const older = { ...found.row, value: (found.row.value ?? 0) - 1 };
      editor.putCall(last, found.proc, KIND.read, {}, [older]);
      return true;
    },
  },
  {
    id: "V3",
    what: "a read shows one of two acks that one transaction wrote",
    also: { V1: "a read after it shows the first of them still held" },
    inject(editor) {
      const both = pairInOneTxn(editor);
      if (both === null) return false;
      const [first, second] = both;
      const at = editor.callOf(second.settle ?? second.claim);
      const proc = editor.newProc();
      const { payload } = editor.callOf(first.settle ?? first.claim).row;
      const rows = [
        { job: first.job, attempt: first.attempt, state: SEEN.done, payload: payload ?? null },
        { job: second.job, attempt: second.attempt, state: SEEN.claimed },
      ];
      editor.putCall(at, proc, KIND.read, {}, rows);
      return true;
    },
  },
  ...ISOLATION_ANOMALIES,
  {
    id: "V5",
    what: "a second process opens the queue",
    also: {},
    inject(editor) {
      const at = editor.one(editor.of(KIND.claim));
      if (at === null) return false;
      editor.putCall(at, editor.newProc(), KIND.open, {}, [{}]);
      return true;
    },
  },
  {
    id: "V5",
    what: "at rest, a second process sees a job otherwise",
    also: { J7: "the result of its expansion is shown as that of another attempt" },
    inject(editor) {
      const before = editor.draft.events[editor.draft.events.indexOf(editor.finalCall) - 1];
      const rows = editor.answersOf(editor.finalCall).map(({ row }) => ({ ...row }));
      const row = editor.one(
        rows,
        ({ state, job }) => state === SEEN.done && !editor.isHandled(job ?? 0),
      );
      if (before === undefined || row === null) return false;
      const at = rows.indexOf(row);
      rows[at] = { ...row, attempt: (row.attempt ?? 0) + 1 };
      editor.putCall(before, editor.newProc(), KIND.readAll, {}, rows);
      return true;
    },
  },
  {
    id: "V6",
    what: "a transaction is committed after one of its statements has failed",
    also: {},
    inject(editor) {
      const at = editor.one(editor.of(KIND.claim));
      if (at === null) return false;
      editor.putAfter(at, ...ownTransaction(editor.newProc(), TYPE.fail));
      return true;
    },
  },
  {
    id: "V7",
    what: "a statement of another worker is in a transaction",
    also: {},
    inject(editor) {
      const at = editor.one(editor.of(KIND.claim));
      if (at === null) return false;
      const stranger = editor.newProc();
      const pieces = ownTransaction(editor.newProc(), TYPE.ok);
      editor.putAfter(
        at,
        ...pieces.map((one) => (one.kind === KIND.statement ? { ...one, proc: stranger } : one)),
      );
      return true;
    },
  },
];

function ownTransaction(proc: number, type: number): Piece[] {
  const row = { txn: OWN_TXN };
  return [
    { proc, kind: KIND.begin, row },
    { proc, kind: KIND.statement, type: TYPE.invoke, row },
    { proc, kind: KIND.statement, type, row, answers: 1 },
    { proc, kind: KIND.commit, row },
  ];
}

/** Two acked attempts of one transaction. */
function pairInOneTxn(editor: Editor): [Attempt, Attempt] | null {
  const txnOf = ({ settle }: Attempt): number =>
    settle === null ? 0 : (editor.callOf(settle).row.txn ?? 0);
  const acks = editor.attempts.filter((one) => isAcked(one) && !editor.isHandled(one.job));
  const first = editor.one(acks, (one) =>
    acks.some((other) => other !== one && txnOf(other) === txnOf(one)),
  );
  const second = acks.find(
    (other) => other !== first && first !== null && txnOf(other) === txnOf(first),
  );
  if (first === null || second === undefined) return null;
  // The one that is asked first shows, so that both calls have begun when the read does.
  const inOrder =
    editor.callOf(first.settle ?? first.claim).ns < editor.callOf(second.settle ?? second.claim).ns;
  return inOrder ? [first, second] : [second, first];
}
