/** Anomalies of who holds a job: O1 to O8. */
import { KIND, SEEN, TYPE } from "../history/event.ts";
import type { Anomaly } from "./anomaly.ts";
import type { Attempt, Editor } from "./editor.ts";

const isAcked = ({ settle }: Attempt): boolean => settle?.kind === KIND.ack;

/** Acked attempts that no kill, redrive or cancel excuses. */
function acked(editor: Editor): Attempt | null {
  return editor.one(editor.attempts, (one) => {
    const { job, start, end } = one;
    return isAcked(one) && start !== null && end !== null && !editor.isHandled(job);
  });
}

/** The only attempt of its job, with nothing at the time of its claim that may have freed it. */
function isHeldOnce(editor: Editor, { job, claim, settle, start }: Attempt): boolean {
  const once = editor.attemptsOf(job).length === 1 && !editor.isHandled(job);
  const calm = editor.isCalm(editor.callOf(claim).ns, claim.ns);
  return start !== null && settle !== null && once && calm;
}

const uncounted = "the last read does not count the claim that should not be";
const passed = "a better job waited while the second claim was made";
const unlogged = "the log has no claim of the attempt";

/** See the file's head. */
export const OWNER_ANOMALIES: readonly Anomaly[] = [
  {
    id: "O1",
    what: "another worker claims a job that is held",
    also: {
      J8: uncounted,
      O4: "the first worker ends a job that it has lost",
      F6: "the second claim goes over a limit",
      F1: passed,
      F2: passed,
      F3: passed,
    },
    inject(editor) {
      const found = editor.one(editor.attempts, (one) => isHeldOnce(editor, one));
      if (found === null) return false;
      const row = { job: found.job, attempt: found.attempt + 1 };
      editor.putCall(found.claim, editor.newProc(), KIND.claim, {}, [row]);
      return true;
    },
  },
  {
    id: "O2",
    what: "one attempt starts twice",
    also: {},
    inject(editor) {
      const found = editor.one(editor.attempts, ({ start, end }) => start !== null && end !== null);
      if (found?.start == null) return false;
      const { start, job, attempt } = found;
      const proc = editor.random.chance(0.5) ? start.proc : editor.newProc();
      editor.putAfter(start, { proc, kind: KIND.execStart, row: { job, attempt } });
      return true;
    },
  },
  {
    id: "O3",
    what: "the second claim gets the number of the first",
    also: {
      O4: "two ends of one attempt are accepted",
      O8: "the handler runs as an attempt that nobody claimed",
      O2: "the number runs twice at once",
      C7: "the log has another time for this number",
      J9: "the delay belongs to the number before",
    },
    inject(editor) {
      const second = editor.one(editor.attempts, ({ attempt }) => attempt === 2);
      const first = second === null ? undefined : editor.attemptsOf(second.job)[0];
      if (second === null || first?.attempt !== 1) return false;
      editor.change(second.claim, { attempt: 1 });
      return true;
    },
  },
  {
    id: "O4",
    what: "the ack comes from a worker that never claimed the job",
    also: {
      V7: "the ack belongs to a transaction that another worker had begun",
    },
    inject(editor) {
      const found = editor.crash === null ? acked(editor) : null;
      if (found?.settle == null) return false;
      const proc = editor.newProc();
      found.settle.proc = proc;
      editor.callOf(found.settle).proc = proc;
      const { txn } = editor.callOf(found.settle).row;
      editor.remove(...editor.of(KIND.begin).filter(({ row }) => row.txn === txn));
      return true;
    },
  },
  {
    id: "O4",
    what: "a heartbeat of an attempt is accepted after a later claim",
    also: {
      O2: "if it counts, the earlier attempt held the job when the handler of the later started",
    },
    inject(editor) {
      const later = editor.one(editor.attempts, ({ attempt }) => attempt === 2);
      const first = later === null ? undefined : editor.attemptsOf(later.job)[0];
      if (later === null || first?.attempt !== 1) return false;
      const row = { job: first.job, attempt: 1 };
      editor.putCall(later.claim, first.claim.proc, KIND.heartbeat, row, [row]);
      return true;
    },
  },
  {
    id: "O5",
    what: "the lease was shorter than the attempt",
    also: {},
    inject(editor) {
      const beats = new Set(editor.of(KIND.heartbeat).map(({ call }) => call?.row.job));
      const found = editor.one(editor.attempts, ({ job, claim, settle }) => {
        const late = settle?.kind === KIND.ack && editor.callOf(settle).ms > claim.ms + 1;
        return late && !beats.has(job);
      });
      if (found === null) return false;
      editor.change(found.claim, { value: 1 });
      return true;
    },
  },
  {
    id: "O6",
    what: "the last read shows a job waiting that was acked",
    also: {
      J4: "at rest, the job waits for ever",
      D8: "its run is told to have ended",
      J5: "an earlier read had shown it done",
      C3: "the worker that is shown to hold it has stopped",
      V3: "another ack of the same transaction shows",
    },
    inject(editor) {
      const found = editor.crash === null ? acked(editor) : null;
      const shown = found === null ? undefined : editor.final.get(found.job);
      if (shown === undefined) return false;
      editor.change(shown, { state: editor.random.pick([SEEN.pending, SEEN.claimed]) });
      return true;
    },
  },
  {
    id: "O7",
    what: "the last read shows the result of an ack that was refused",
    also: {},
    inject(editor) {
      const found = acked(editor);
      const shown = found === null ? undefined : editor.final.get(found.job);
      if (found?.end == null || shown?.row.state !== SEEN.done) return false;
      const row = { job: found.job, attempt: found.attempt, payload: '"refused"' };
      const proc = found.claim.proc;
      editor.putCall(found.end, proc, KIND.ack, row, [row], TYPE.fail);
      editor.change(shown, { payload: row.payload });
      return true;
    },
  },
  {
    id: "O8",
    what: "a handler runs as an attempt that nobody claimed",
    also: {},
    inject(editor) {
      const found = acked(editor);
      if (found?.settle == null) return false;
      const row = { job: found.job, attempt: found.attempt + 7 };
      editor.putAfter(found.settle, { proc: editor.newProc(), kind: KIND.execStart, row });
      return true;
    },
  },
  {
    id: "O8",
    what: "a job is acked whose handler never ended",
    also: { O2: "the handler still runs when the next attempt starts", V4: unlogged },
    inject(editor) {
      const found = acked(editor);
      if (found === null) return false;
      editor.remove(found.end);
      return true;
    },
  },
];
