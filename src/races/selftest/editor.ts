/** Finds places in a draft and changes them: what injections are written with. */
import { type EventRow, KIND, TYPE } from "../history/event.ts";
import { isSettle } from "../history/operations.ts";
import type { SeededRandom } from "../schedule/seeded-random.ts";
import type { Draft, DraftEvent, DraftJob } from "./draft.ts";

/** One attempt of a job, from its claim to what ended it. */
export interface Attempt {
  readonly job: number;
  readonly attempt: number;
  /** The claim's row. */
  readonly claim: DraftEvent;
  readonly start: DraftEvent | null;
  readonly end: DraftEvent | null;
  /** The answered settle's row; null for none. */
  readonly settle: DraftEvent | null;
}

/** Events that are put in lie so far apart: far less than the generator's. */
const STEP_NS = 1;

/** Procs of injections have numbers that no story reaches. */
const FIRST_PROC = 10_000;

/** See the file's head. Lists are of the draft as it was when the editor was made. */
export class Editor {
  readonly draft: Draft;
  readonly random: SeededRandom;
  readonly attempts: readonly Attempt[];
  readonly jobs: ReadonlyMap<number, DraftJob>;
  /** The row of the last read of all jobs, by job id. */
  readonly final: ReadonlyMap<number, DraftEvent>;
  /** That read's call. */
  readonly finalCall: DraftEvent;
  readonly crash: DraftEvent | null;
  #procs = FIRST_PROC;

  constructor(draft: Draft, random: SeededRandom) {
    this.draft = draft;
    this.random = random;
    this.jobs = new Map(draft.jobs.map((job) => [job.fact.id, job]));
    const calls = this.of(KIND.readAll, TYPE.invoke);
    this.finalCall = calls[calls.length - 1] as DraftEvent;
    this.final = new Map(
      this.answersOf(this.finalCall).map((event) => [event.row.job as number, event]),
    );
    this.crash = this.of(KIND.crash, TYPE.ok)[0] ?? null;
    this.attempts = attemptsOf(this);
  }

  /** Events of a kind and a type. */
  of(kind: number, type: number = TYPE.ok): DraftEvent[] {
    return this.draft.events.filter((event) => event.kind === kind && event.type === type);
  }

  answersOf(call: DraftEvent): DraftEvent[] {
    return this.draft.events.filter((event) => event.call === call);
  }

  newProc(): number {
    return this.#procs++;
  }

  /** One of those that suit; null for none. */
  one<T>(items: readonly T[], suits: (item: T) => boolean = () => true): T | null {
    const found = items.filter(suits);
    return found.length === 0 ? null : this.random.pick(found);
  }

  /** Whether a job's last read shows it in a state, of no run and without parents or children. */
  isAlone(job: number): boolean {
    const fact = this.jobs.get(job)?.fact;
    const { edges } = this.draft;
    return (
      fact?.run === 0 &&
      this.final.has(job) &&
      !edges.some(({ child, parent }) => child === job || parent === job)
    );
  }

  /** Whether somebody redrove or cancelled the job, or purged it, or tried to. */
  isHandled(job: number): boolean {
    const kinds: readonly number[] = [KIND.redrive, KIND.cancel, KIND.purge];
    return this.draft.events.some(({ kind, row }) => kinds.includes(kind) && row.job === job);
  }

  /** Whether nothing within a time may have freed a job that it does not name: no stop, and no kill at all. */
  isCalm(fromNs: number, toNs: number): boolean {
    const stops = this.of(KIND.shutdown);
    const overlaps = ({ call, ns }: DraftEvent): boolean =>
      (call?.ns ?? ns) <= toNs && ns >= fromNs;
    return this.crash === null && !stops.some(overlaps);
  }

  /** Attempts of the job, in order. */
  attemptsOf(job: number): Attempt[] {
    return this.attempts.filter((one) => one.job === job);
  }

  /** The call that an answer belongs to, or the event itself. */
  callOf(event: DraftEvent): DraftEvent {
    return event.call ?? event;
  }

  /** Puts rows behind an event, at its time. Each is a note, or with `call` an answer. */
  putAfter(at: DraftEvent, ...rows: readonly Piece[]): DraftEvent[] {
    const { events } = this.draft;
    const place = events.indexOf(at);
    const made: DraftEvent[] = [];
    const next = events[place + 1]?.ns ?? Number.POSITIVE_INFINITY;
    rows.forEach(({ proc, kind, type = TYPE.ok, row = {}, answers }, n) => {
      const call = answers === undefined ? null : (made[answers] ?? null);
      made.push({ call, ns: at.ns + (n + 1) * STEP_NS, ms: at.ms, proc, kind, type, row });
    });
    const last = made[made.length - 1];
    if (last !== undefined && last.ns >= next) throw new Error("too many events for one place");
    events.splice(place + 1, 0, ...made);
    return made;
  }

  /** Puts a call with its answers behind an event. */
  putCall(
    at: DraftEvent,
    proc: number,
    kind: number,
    row: EventRow,
    answers: readonly EventRow[],
    type: number = TYPE.ok,
  ): DraftEvent[] {
    return this.putAfter(
      at,
      { proc, kind, type: TYPE.invoke, row },
      ...answers.map((answer) => ({ proc, kind, type, row: answer, answers: 0 })),
    );
  }

  remove(...gone: readonly (DraftEvent | null)[]): void {
    const { events } = this.draft;
    for (const event of gone)
      if (event !== null && events.includes(event)) events.splice(events.indexOf(event), 1);
  }

  /** Changes some columns of a row. */
  change(event: DraftEvent, row: EventRow): void {
    event.row = { ...event.row, ...row };
  }
}

/** An event to put in; `answers` is the place of its call among those that are put in with it. */
export interface Piece {
  readonly proc: number;
  readonly kind: number;
  readonly type?: number;
  readonly row?: EventRow;
  readonly answers?: number;
}

function attemptsOf({ draft }: Editor): Attempt[] {
  const open = new Map<string, OpenAttempt>();
  for (const event of draft.events) {
    const asked = event.call?.row;
    const job = event.row.job ?? asked?.job;
    const attempt = event.row.attempt ?? asked?.attempt;
    if (job === undefined || attempt === undefined) continue;
    const key = `${job}/${attempt}`;
    if (event.kind === KIND.claim && event.type === TYPE.ok)
      open.set(key, { job, attempt, claim: event, start: null, end: null, settle: null });
    const one = open.get(key);
    if (one !== undefined) note(one, event);
  }
  return [...open.values()];
}

type OpenAttempt = { -readonly [K in keyof Attempt]: Attempt[K] };

function note(one: OpenAttempt, event: DraftEvent): void {
  const { kind, type } = event;
  if (kind === KIND.execStart) one.start = event;
  if (kind === KIND.execEnd) one.end = event;
  if (isSettle(kind) && type === TYPE.ok) one.settle = event;
}
