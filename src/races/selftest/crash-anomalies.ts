/** Anomalies of kills, shutdowns, clocks and rest: C1 to C9. */
import { STATE } from "../../model/job.ts";
import { KIND, SEEN, TYPE } from "../history/event.ts";
import type { LogRow } from "../history/job-log.ts";
import type { Anomaly } from "./anomaly.ts";
import { delayRecovery } from "./crash-edits.ts";
import type { DraftEvent } from "./draft.ts";

/** See the file's head. */
export const CRASH_ANOMALIES: readonly Anomaly[] = [
  {
    id: "C1",
    what: "a job that was acked before a kill waits in the last read",
    also: {
      J4: "at rest, the job waits for ever",
      D8: "its run is told to have ended",
      V3: "another ack of its transaction shows",
      C2: "another ack of its transaction shows, of which nobody was told",
    },
    inject(editor) {
      const { crash } = editor;
      const found = editor.one(editor.attempts, ({ job, settle }) => {
        const before = settle?.kind === KIND.ack && crash !== null && settle.ns < crash.ns;
        return before && !editor.isHandled(job);
      });
      const shown = editor.final.get(found?.job ?? 0);
      const seen = editor.draft.events.some(
        ({ row, call }) =>
          row.job === found?.job &&
          row.state === SEEN.done &&
          call !== null &&
          call !== editor.finalCall,
      );
      if (shown?.row.state !== SEEN.done || seen) return false;
      editor.change(shown, { state: SEEN.pending });
      return true;
    },
  },
  {
    id: "C1",
    what: "a job that was accepted before a kill is missing in the last read",
    also: {},
    inject(editor) {
      const { crash } = editor;
      const stored = editor.one(editor.of(KIND.enqueue), ({ ns, row: { job = 0 } }) => {
        return crash !== null && ns < crash.ns && editor.isAlone(job) && !editor.isHandled(job);
      });
      const shown = editor.final.get(stored?.row.job ?? 0);
      const siblings = editor.of(KIND.enqueue).filter(({ call }) => call === stored?.call);
      if (shown === undefined || siblings.length !== 1) return false;
      editor.remove(shown);
      return true;
    },
  },
  {
    id: "C2",
    what: "of a submit that a kill interrupted, the last read misses one job",
    also: {
      C1: "the job was acked before the kill",
      D5: "its edges are a part too",
      D6: "an edge has lost an end",
      D8: "its run counts it",
      J1: "the job was acked",
    },
    inject(editor) {
      const { crash } = editor;
      const torn = editor.one(editor.draft.jobs, ({ call, fact }) => {
        const unanswered = editor.answersOf(call).length === 0;
        const another = editor.draft.jobs.some(
          (one) => one.call === call && one.fact.id !== fact.id && editor.final.has(one.fact.id),
        );
        return crash !== null && unanswered && another && editor.final.has(fact.id);
      });
      const shown = editor.final.get(torn?.fact.id ?? 0);
      if (shown === undefined) return false;
      editor.remove(shown);
      return true;
    },
  },
  {
    id: "C3",
    what: "a read shows a job that a worker held as claimed, after it has stopped",
    also: { V1: "by then another worker had ended it" },
    inject(editor) {
      const released = editor.one(editor.of(KIND.release));
      const stop = editor.of(KIND.shutdown).find(({ proc }) => proc === released?.proc);
      if (released === null || stop === undefined) return false;
      const { job, attempt } = editor.callOf(released).row;
      const held = { job: job as number, attempt: attempt as number, state: SEEN.claimed };
      editor.putCall(stop, editor.newProc(), KIND.read, {}, [held]);
      return true;
    },
  },
  {
    id: "C4",
    what: "a worker that has stopped claims a job",
    also: {
      V7: "its transaction was begun by another worker",
      C3: "a read shows the job as claimed by it",
    },
    inject(editor) {
      const [stop] = editor.of(KIND.shutdown);
      const next = editor.one(
        editor.attempts,
        ({ claim, settle }) =>
          settle !== null &&
          editor.callOf(claim).ns > (stop?.ns ?? Infinity) &&
          editor.answersOf(editor.callOf(claim)).length === 1,
      );
      if (stop === undefined || next === null) return false;
      const { job, attempt } = next;
      for (const event of editor.draft.events) {
        const asked = event.call?.row ?? {};
        const row = { ...asked, ...event.row };
        if (row.job !== job || row.attempt !== attempt || row.state === SEEN.claimed) continue;
        if (event.kind >= KIND.claim && event.kind <= KIND.expand) event.proc = stop.proc;
      }
      editor.callOf(next.claim).proc = stop.proc;
      editor.remove(...editor.of(KIND.begin));
      return true;
    },
  },
  {
    id: "C5",
    what: "after a kill, a worker asks in vain for longer than recovery may take",
    also: {},
    inject(editor) {
      return delayRecovery(editor);
    },
  },
  {
    id: "C6",
    what: "the queue is not opened again after a kill",
    also: {},
    inject(editor) {
      const { crash } = editor;
      const open = editor.of(KIND.open).find(({ ns }) => crash !== null && ns > crash.ns);
      if (open === undefined) return false;
      open.type = TYPE.fail;
      return true;
    },
  },
  {
    id: "C6",
    what: "a call succeeds after the database has died",
    also: {},
    inject(editor) {
      const at = editor.one(
        editor.of(KIND.claim),
        ({ ns }) => editor.crash === null || ns > editor.crash.ns,
      );
      if (at === null) return false;
      editor.putAfter(at, { proc: editor.newProc(), kind: KIND.invalidated });
      const later = editor.draft.events.some(
        ({ call, ns, type, kind }) =>
          type === TYPE.ok &&
          ns > at.ns &&
          call !== null &&
          call.ns > at.ns &&
          kind <= KIND.redrive,
      );
      return later;
    },
  },
  {
    id: "C7",
    what: "the log stamps a claim or an ack outside its call",
    also: {},
    inject(editor) {
      const rows = (editor.draft.log ?? []).filter(({ state }) => state === STATE.done);
      const ackOf = ({ jobId, attempt }: LogRow): DraftEvent | null => {
        const found = editor.attempts.find((one) => one.job === jobId && one.attempt === attempt);
        return found?.settle?.kind === KIND.ack ? found.settle : null;
      };
      const row = editor.one(rows, (one) => ackOf(one) !== null);
      const answer = row === null ? null : ackOf(row);
      const { log } = editor.draft;
      if (row === null || answer === null || log === null) return false;
      const outsideMs = editor.random.between(50, 500);
      const tsMs = editor.random.chance(0.5)
        ? answer.ms + outsideMs
        : editor.callOf(answer).ms - outsideMs;
      log[log.indexOf(row)] = { ...row, tsMs };
      return true;
    },
  },
  {
    id: "C8",
    what: "more timers at rest than at the start",
    also: {},
    inject(editor) {
      const last = editor.of(KIND.resource).pop();
      if (last?.row.attempt !== 1) return false;
      editor.change(last, { value: (last.row.value ?? 0) + editor.random.between(1, 3) });
      return true;
    },
  },
  {
    id: "C9",
    what: "a call is never answered",
    also: {},
    inject(editor) {
      const { hangNs = 0 } = editor.draft.promises;
      const endNs = editor.draft.events[editor.draft.events.length - 1]?.ns ?? 0;
      const call = editor.one(editor.of(KIND.read, TYPE.invoke), ({ ns }) => {
        return endNs - ns > hangNs && (editor.crash === null || editor.crash.ns < ns);
      });
      if (call === null) return false;
      editor.remove(...editor.answersOf(call));
      return true;
    },
  },
];
