/** Anomalies of order, fairness and limits: F1 to F6. */
import { MAX_PRIORITY } from "../../model/job.ts";
import { KIND, SEEN } from "../history/event.ts";
import { queuesText } from "../history/served-queues.ts";
import type { Anomaly } from "./anomaly.ts";
import type { Attempt, Editor } from "./editor.ts";
import { LIMIT } from "./model-queue.ts";
import { LEASE_MS, POLL_MS } from "./model-worker.ts";
import { LANES, LIMIT_KEY } from "./random-specs.ts";

const TXN = 2_000_000;

/** Conflicts beyond all commits of a story. */
const STORM = 400;

/** A job that waits without a reason, and the claims in its queue that pass it over. */
interface Waiting {
  readonly job: number;
  readonly queue: string;
  readonly priority: number;
  readonly passers: readonly Attempt[];
}

/** Jobs that nothing but others' precedence held back: stored, without parents, delay or limit, until claimed. */
function waiting(editor: Editor): Waiting[] {
  if (editor.crash !== null) return [];
  const { draft } = editor;
  const found: Waiting[] = [];
  for (const { fact, call } of draft.jobs) {
    const { id, queue = "", priority = 0 } = fact;
    const stored = draft.events.find((event) => event.call === call && event.row.job === id);
    const [first] = editor.attemptsOf(id);
    const held = fact.limitKey !== "" || (fact.runAtMs ?? 0) > 0 || editor.isHandled(id);
    const child = draft.edges.some(({ child: one }) => one === id);
    if (held || child || stored === undefined || first === undefined) continue;
    const untilNs = editor.callOf(first.claim).ns;
    const passers = editor.attempts.filter(({ claim, job }) => {
      const during = editor.callOf(claim).ns > stored.ns && claim.ns < untilNs;
      return during && job !== id && editor.jobs.get(job)?.fact.queue === queue;
    });
    if (passers.length > 0) found.push({ job: id, queue, priority, passers });
  }
  return found;
}

function priorityOf(editor: Editor, job: number): number {
  return editor.jobs.get(job)?.fact.priority ?? 0;
}

function setPriority(editor: Editor, job: number, priority: number): void {
  const one = editor.jobs.get(job);
  if (one !== undefined) one.fact = { ...one.fact, priority };
}

const redriven = (editor: Editor): boolean => editor.of(KIND.redrive).length > 0;

/** See the file's head. */
export const ORDER_ANOMALIES: readonly Anomaly[] = [
  {
    id: "F1",
    what: "a job that waited was more urgent than those that passed it",
    also: {},
    inject(editor) {
      const { starvationBound = 0 } = editor.draft.promises;
      const found = editor.one(waiting(editor), ({ passers }) => passers.length <= starvationBound);
      if (found === null || redriven(editor)) return false;
      setPriority(editor, found.job, MAX_PRIORITY);
      return true;
    },
  },
  {
    id: "F2",
    what: "a claimed job was no more urgent than an older one that waited",
    also: { F1: "a more urgent one waited too" },
    inject(editor) {
      if (redriven(editor)) return false;
      const all = waiting(editor);
      const pairs = all.flatMap(({ job: older, priority, passers }) =>
        passers
          .filter(({ job: younger, claim, attempt }) => {
            const others = all.filter((one) =>
              one.passers.some((passer) => passer.claim === claim),
            );
            const highest = Math.max(...others.map((one) => one.priority));
            return (
              attempt === 1 &&
              editor.attemptsOf(younger).length === 1 &&
              older < younger &&
              highest === priority &&
              priorityOf(editor, younger) > priority
            );
          })
          .map(({ job }) => ({ job, priority })),
      );
      const pair = editor.one(pairs);
      if (pair === null) return false;
      setPriority(editor, pair.job, pair.priority);
      return true;
    },
  },
  {
    id: "F3",
    what: "a job that waited was more urgent than all that passed it, and they were many",
    also: { F1: "each of them is an inversion" },
    inject(editor) {
      const { starvationBound = 0 } = editor.draft.promises;
      const found = editor.one(waiting(editor), ({ passers }) => passers.length > starvationBound);
      if (found === null || redriven(editor)) return false;
      setPriority(editor, found.job, MAX_PRIORITY);
      return true;
    },
  },
  {
    id: "F4",
    what: "a worker rests beyond its poll while a job is ready",
    also: {},
    inject(editor) {
      const found = editor.one(waiting(editor), ({ job, passers }) => {
        const [first, last] = [passers[0], passers[passers.length - 1]];
        const spanMs = (last?.claim.ms ?? 0) - (first?.claim.ms ?? 0);
        return spanMs > POLL_MS + 1 && !editor.isHandled(job);
      });
      const [first, last] = [found?.passers[0], found?.passers[found.passers.length - 1]];
      if (first === undefined || last === undefined || redriven(editor)) return false;
      const proc = editor.newProc();
      const between = editor.draft.events.filter(
        ({ ns, kind }) => ns >= first.claim.ns && ns <= last.claim.ns && kind === KIND.stall,
      );
      if (between.length > 0) return false;
      const rests = { proc, kind: KIND.idle, row: { payload: queuesText(LANES) } };
      editor.putAfter(first.claim, rests);
      editor.putAfter(last.claim, rests);
      return true;
    },
  },
  {
    id: "F5",
    what: "a claim is answered well although its retries were used up",
    also: {},
    inject(editor) {
      const found = editor.one(editor.of(KIND.claim));
      if (found === null) return false;
      editor.change(found, { txn: TXN });
      const call = editor.callOf(found);
      editor.putAfter(call, { proc: call.proc, kind: KIND.exhausted, row: { txn: TXN } });
      return true;
    },
  },
  {
    id: "F5",
    what: "more conflicts than commits",
    also: {},
    inject(editor) {
      const at = editor.one(editor.of(KIND.claim));
      if (at === null) return false;
      const proc = editor.newProc();
      const conflict = { proc, kind: KIND.conflict, row: { txn: TXN } };
      editor.putAfter(at, ...Array.from({ length: STORM }, () => conflict));
      return true;
    },
  },
  {
    id: "F6",
    what: "one more job in flight than the limit of its key",
    also: {},
    inject(editor) {
      const held = editor.attempts.filter(
        ({ job, settle, attempt }) =>
          settle !== null &&
          attempt === 1 &&
          editor.attemptsOf(job).length === 1 &&
          !editor.isHandled(job) &&
          editor.final.get(job)?.row.state === SEEN.done,
      );
      const at = editor.crash === null ? editor.one(held) : null;
      if (at?.settle == null) return false;
      const together = held.filter(
        ({ claim, settle }) =>
          claim.ns <= at.claim.ns && settle !== null && editor.callOf(settle).ns > at.claim.ns,
      );
      const chosen = together.slice(-LIMIT - 1);
      if (chosen.length <= LIMIT || !heldTogether(editor, chosen)) return false;
      for (const { job } of chosen) {
        const one = editor.jobs.get(job);
        if (one !== undefined) one.fact = { ...one.fact, limitKey: LIMIT_KEY };
      }
      return true;
    },
  },
];

/** Whether all were certainly held at one moment, within their leases. */
function heldTogether(editor: Editor, held: readonly Attempt[]): boolean {
  const calls = held.map(({ claim }) => editor.callOf(claim));
  const toNs = Math.max(...held.map(({ claim }) => claim.ns));
  const spanMs =
    Math.max(...held.map(({ claim }) => claim.ms)) - Math.min(...calls.map(({ ms }) => ms));
  return spanMs < LEASE_MS - 2 && editor.isCalm(Math.min(...calls.map(({ ns }) => ns)), toNs);
}
