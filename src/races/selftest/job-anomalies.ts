/** Anomalies of what becomes of a job: J1 to J9. */
import { KIND, SEEN } from "../history/event.ts";
import type { Anomaly } from "./anomaly.ts";
import type { DraftEvent } from "./draft.ts";
import type { Attempt, Editor } from "./editor.ts";

/** The last acked attempt of a job that hangs together with no other, with the row that shows it done. */
function doneAlone(editor: Editor): { one: Attempt; shown: DraftEvent } | null {
  const one = editor.one(
    editor.attempts,
    ({ job, settle }) => settle?.kind === KIND.ack && editor.isAlone(job) && !editor.isHandled(job),
  );
  const shown = one === null ? undefined : editor.final.get(one.job);
  return one === null || shown?.row.state !== SEEN.done ? null : { one, shown };
}

/** Whether its call stored nothing else. */
function isOnly(editor: Editor, job: number): boolean {
  const call = editor.jobs.get(job)?.call;
  return editor.draft.jobs.filter((one) => one.call === call).length === 1;
}

const NOBODY_ASKED = 900_001;

const passed = "it was ready all the time, and others went before it";

/** See the file's head. */
export const JOB_ANOMALIES: readonly Anomaly[] = [
  {
    id: "J1",
    what: "a job is missing in the last read",
    also: {},
    inject(editor) {
      const found = editor.crash === null ? doneAlone(editor) : null;
      if (found === null || !isOnly(editor, found.one.job)) return false;
      editor.remove(found.shown);
      return true;
    },
  },
  {
    id: "J2",
    what: "the last read has a job that nobody submitted",
    also: {},
    inject(editor) {
      const last = editor.answersOf(editor.finalCall).pop();
      if (last === undefined) return false;
      const made = editor.putAfter(last, { proc: last.proc, kind: KIND.readAll });
      const [row] = made;
      if (row === undefined) return false;
      const { events } = editor.draft;
      const phantom = { job: NOBODY_ASKED, state: SEEN.pending, attempt: 0 };
      events.splice(events.indexOf(row), 1, { ...row, call: editor.finalCall, row: phantom });
      return true;
    },
  },
  {
    id: "J2",
    what: "a worker gets a job that nobody submitted",
    also: {},
    inject(editor) {
      const at = editor.one(editor.of(KIND.claim));
      if (at === null) return false;
      editor.putCall(at, editor.newProc(), KIND.claim, {}, [{ job: NOBODY_ASKED, attempt: 1 }]);
      return true;
    },
  },
  {
    id: "J3",
    what: "the last read has a job twice",
    also: {},
    inject(editor) {
      const shown = editor.one([...editor.final.values()]);
      if (shown === null) return false;
      const { events } = editor.draft;
      events.splice(events.indexOf(shown) + 1, 0, { ...shown });
      return true;
    },
  },
  {
    id: "J3",
    what: "two jobs that wait at once have one unique key",
    also: {},
    inject(editor) {
      const enqueues = editor.of(KIND.enqueue);
      const pair = editor.one(enqueues, ({ call, row }) => {
        const job = editor.jobs.get(row.job as number);
        const others = enqueues.filter((other) => other.call === call && other.row !== row);
        const last = editor.answersOf(call as DraftEvent).pop() as DraftEvent;
        const held = editor.attemptsOf(row.job as number)[0];
        const waits = held === undefined || editor.callOf(held.claim).ns > last.ns;
        const calm = editor.isCalm(call?.ns ?? 0, last.ns);
        return others.length > 0 && job?.fact.uniqueKey === "" && waits && calm;
      });
      const other = editor.one(enqueues, (one) => one.call === pair?.call && one !== pair);
      for (const event of [pair, other]) {
        const job = editor.jobs.get(event?.row.job ?? 0);
        if (job === undefined || editor.isHandled(job.fact.id)) return false;
        job.fact = { ...job.fact, uniqueKey: "shared" };
      }
      return true;
    },
  },
  {
    id: "J4",
    what: "a job was never claimed, and still waits at rest",
    also: {
      ...{ F1: passed, F2: passed, F3: passed, F4: passed },
      J3: "its unique key was given to another job when it had ended, and now both live",
    },
    inject(editor) {
      const found = doneAlone(editor);
      if (found === null || editor.jobs.get(found.one.job)?.fact.limitKey !== "") return false;
      const { job } = found.one;
      const { draft } = editor;
      const stores: readonly number[] = [KIND.enqueue, KIND.readAll, KIND.read];
      const gone = draft.events.filter(
        (event) =>
          !stores.includes(event.kind) && (event.row.job === job || event.call?.row.job === job),
      );
      for (const event of gone) {
        // A claim that got nothing else found nothing.
        const only =
          event.kind === KIND.claim && editor.answersOf(editor.callOf(event)).length === 1;
        if (only) event.row = {};
        else editor.remove(event);
      }
      for (const { row } of draft.events)
        if (row.job === job && row.attempt !== undefined)
          Object.assign(row, { state: SEEN.pending, attempt: 0, value: 0, payload: null });
      draft.log = draft.log?.filter(({ jobId }) => jobId !== job) ?? null;
      return true;
    },
  },
  {
    id: "J5",
    what: "a job is claimed again after its ack",
    also: {
      J8: "the last read does not count the claim that should not be",
      F1: "the claim passes better jobs over",
      F2: "the claim passes older jobs over",
      F6: "the claim goes over a limit",
    },
    inject(editor) {
      const found = doneAlone(editor);
      if (found?.one.settle == null) return false;
      const row = { job: found.one.job, attempt: found.one.attempt + 1 };
      editor.putCall(found.one.settle, editor.newProc(), KIND.claim, {}, [row]);
      return true;
    },
  },
  {
    id: "J6",
    what: "the last read shows a job failed that was acked",
    also: {},
    inject(editor) {
      const found = doneAlone(editor);
      if (found === null) return false;
      const crashed = editor.crash !== null && (found.one.settle?.ns ?? 0) < editor.crash.ns;
      if (crashed) return false;
      editor.change(found.shown, { state: SEEN.failed, payload: null });
      return true;
    },
  },
  {
    id: "J7",
    what: "the last read shows another job's result",
    also: {},
    inject(editor) {
      const found = doneAlone(editor);
      const doubtful = editor.draft.events.some(({ kind, call, row, type }) => {
        const acts = kind === KIND.ack || kind === KIND.expand;
        return acts && type === 0 && call === null && row.job === undefined;
      });
      if (found === null || doubtful) return false;
      editor.change(found.shown, { payload: '{"of":0,"attempt":1}' });
      return true;
    },
  },
  {
    id: "J8",
    what: "the last read counts one attempt too many",
    also: {},
    inject(editor) {
      const found = editor.crash === null ? doneAlone(editor) : null;
      if (found === null) return false;
      editor.change(found.shown, { attempt: (found.shown.row.attempt ?? 0) + 1 });
      return true;
    },
  },
  {
    id: "J8",
    what: "a job is claimed after as many failures as it may have",
    also: {},
    inject(editor) {
      const failed = editor.one(editor.attempts, ({ job, settle }) => {
        const again = editor
          .attemptsOf(job)
          .find(({ claim }) => claim.ns > (settle?.ns ?? Infinity));
        return settle?.kind === KIND.failAttempt && again !== undefined && !editor.isHandled(job);
      });
      const job = failed === null ? undefined : editor.jobs.get(failed.job);
      if (failed === null || job === undefined) return false;
      const failures = editor
        .attemptsOf(failed.job)
        .filter(
          ({ settle }) =>
            settle?.kind === KIND.failAttempt && settle.ns <= (failed.settle?.ns ?? 0),
        );
      job.fact = { ...job.fact, maxAttempts: failures.length };
      return true;
    },
  },
  {
    id: "J9",
    what: "a job is claimed before its run-at",
    also: {},
    inject(editor) {
      const found = editor.one(
        editor.attempts,
        ({ job, attempt }) => attempt === 1 && !editor.isHandled(job),
      );
      const job = found === null ? undefined : editor.jobs.get(found.job);
      if (found === null || job === undefined) return false;
      job.fact = { ...job.fact, runAtMs: found.claim.ms + editor.random.between(1, 50) };
      return true;
    },
  },
  {
    id: "J9",
    what: "a job is claimed before the delay of its nack is over",
    also: {},
    inject(editor) {
      const found = editor.one(editor.attempts, ({ job, attempt, settle }) => {
        const next = editor.attemptsOf(job).some((one) => one.attempt === attempt + 1);
        return settle?.kind === KIND.nack && next && !editor.isHandled(job);
      });
      const nack = found?.settle;
      if (nack == null) return false;
      editor.change(nack, { value: 100_000 });
      return true;
    },
  },
];
