/** A worker of the model queue: claims, runs, renews, and ends its attempts in every way that there is. */
import { type EventRow, KIND, SEEN } from "../history/event.ts";
import { queuesText } from "../history/served-queues.ts";
import type { SeededRandom } from "../schedule/seeded-random.ts";
import type { DraftEvent } from "./draft.ts";
import { type Answer, type DraftWriter, NO, yes } from "./draft-writer.ts";
import type { ModelQueue } from "./model-queue.ts";
import { randomSpecs } from "./random-specs.ts";

/** Term of every claim of the generator. */
export const LEASE_MS = 150;

/** A worker asks again after so long at most. */
export const POLL_MS = 100;

/** A worker that sleeps so long has lost its leases. */
const STALL_MS = 170;

const MOST_HELD = 3;

/** Share of the turns that a worker without work lets go by. */
const RESTS_ON = 0.8;

type Ending = "ack" | "fail" | "nack" | "expand";

interface Held {
  readonly job: number;
  readonly attempt: number;
  phase: "claimed" | "running" | "ended";
  ending: Ending;
}

/** One that takes its turns in a story. */
export interface Actor {
  /** Whether it must have its turn soon. */
  isDue(): boolean;
  turn(): void;
}

/** What all actors of one story share. */
export interface Stage {
  readonly writer: DraftWriter;
  readonly queue: ModelQueue;
  readonly random: SeededRandom;
  newTxn(): number;
}

/** See the file's head. */
export class ModelWorker implements Actor {
  readonly #stage: Stage;
  readonly #proc: number;
  readonly #lane: string;
  readonly #held: Held[] = [];
  #next: (() => void)[] = [];
  #idleSinceMs: number | null = null;
  #asleepUntilMs = 0;
  #stopping: DraftEvent | null = null;
  #stopped = false;

  constructor(stage: Stage, proc: number, lane: string) {
    this.#stage = stage;
    this.#proc = proc;
    this.#lane = lane;
  }

  /** Whether no call of it is under way. */
  get isBetween(): boolean {
    return this.#next.length === 0 && (this.#stopping === null || this.#stopped);
  }

  isDue(): boolean {
    const { nowMs } = this.#stage.writer;
    return this.#idleSinceMs !== null && nowMs - this.#idleSinceMs > POLL_MS / 4;
  }

  /** From the next turn on it takes nothing more, and gives back what it holds. */
  stop(): void {
    if (this.#stopping !== null) return;
    const { writer } = this.#stage;
    this.#stopping = writer.invoke(this.#proc, KIND.shutdown);
    if (this.#next.length === 0) writer.note(this.#proc, KIND.stopping);
    else this.#next.push(() => void writer.note(this.#proc, KIND.stopping));
  }

  turn(): void {
    const { writer, random } = this.#stage;
    if (this.#stopped || writer.nowMs < this.#asleepUntilMs) return;
    if (this.#idleSinceMs !== null && !this.isDue() && random.chance(RESTS_ON)) return;
    this.#idleSinceMs = null;
    const free = this.#held.length < MOST_HELD;
    const step = this.#next.shift();
    if (step !== undefined) step();
    else if (this.#stopping !== null) this.#giveBack();
    else if (this.#held.length === 0 || (free && random.chance(0.4))) this.#claim();
    else if (random.chance(0.02)) {
      this.#asleepUntilMs = writer.nowMs + STALL_MS;
      writer.note(this.#proc, KIND.stall);
    } else this.#work(random.pick(this.#held));
  }

  /** A call in three turns: asked, done, answered. */
  #call(kind: number, row: EventRow, effect: () => Answer, after = (_: Answer): void => {}): void {
    const { writer } = this.#stage;
    const call = writer.invoke(this.#proc, kind, row);
    let answer = NO;
    this.#next.push(
      () => {
        answer = effect();
      },
      () => {
        writer.answer(call, answer);
        after(answer);
      },
    );
  }

  #claim(): void {
    const { writer, queue, random } = this.#stage;
    const most = random.between(1, MOST_HELD - this.#held.length);
    const effect = (): Answer => {
      const jobs = queue.claim(this.#lane, most, LEASE_MS, this.#proc);
      for (const { id: job, attempt } of jobs)
        this.#held.push({ job, attempt, phase: "claimed", ending: this.#ending() });
      return yes(...jobs.map(({ id, attempt }) => ({ job: id, attempt })));
    };
    const payload = queuesText([this.#lane]);
    this.#call(KIND.claim, { value: LEASE_MS, payload }, effect, ({ rows }) => {
      if (rows[0]?.job !== undefined) return;
      writer.note(this.#proc, KIND.idle, { payload });
      this.#idleSinceMs = writer.nowMs;
    });
  }

  #ending(): Ending {
    const { random } = this.#stage;
    if (random.chance(0.05)) return "expand";
    return random.chance(0.72) ? "ack" : random.pick(["fail", "nack"] as const);
  }

  #work(held: Held): void {
    const { writer, queue, random } = this.#stage;
    const { job, attempt } = held;
    if (held.phase === "claimed") {
      held.phase = "running";
      writer.note(this.#proc, KIND.execStart, { job, attempt });
    } else if (held.phase === "running" && random.chance(0.2)) {
      const renews = (): Answer => (queue.heartbeat(job, attempt, LEASE_MS) ? yes() : NO);
      this.#call(KIND.heartbeat, { job, attempt }, renews);
    } else if (held.phase === "running") {
      held.phase = "ended";
      const good = held.ending === "ack" || held.ending === "expand";
      writer.note(this.#proc, KIND.execEnd, {
        ...{ job, attempt, state: good ? SEEN.done : SEEN.failed },
        ...(held.ending === "ack" ? { payload: payloadOf(job, attempt) } : {}),
      });
    } else this.#settle(held);
  }

  #settle(held: Held): void {
    const { queue, random } = this.#stage;
    const { job, attempt } = held;
    if (held.ending === "ack") {
      const also = this.#held.find(
        (one) => one !== held && one.phase === "ended" && one.ending === "ack",
      );
      if (also === undefined) this.#acks([held]);
      else this.#acks([held, also]);
      return;
    }
    this.#drop(held);
    if (held.ending === "fail") {
      const backoffMs = random.below(20);
      const fails = (): Answer => (queue.fail(job, attempt, backoffMs) ? yes() : NO);
      this.#call(KIND.failAttempt, { job, attempt }, fails);
    } else if (held.ending === "nack") {
      const value = random.between(5, 40);
      const gives = (): Answer => (queue.nack(job, attempt, value) ? yes() : NO);
      this.#call(KIND.nack, { job, attempt, value }, gives);
    } else this.#expand(held);
  }

  /** All in one transaction. */
  #acks(held: readonly Held[]): void {
    const { writer, queue, newTxn } = this.#stage;
    const txn = newTxn();
    const proc = this.#proc;
    writer.note(proc, KIND.begin, { txn });
    const calls = held.map(({ job, attempt }) => {
      const row = { job, attempt, txn, payload: payloadOf(job, attempt) };
      return { row, call: writer.invoke(proc, KIND.ack, row) };
    });
    for (const one of held) this.#drop(one);
    const answers: Answer[] = [];
    this.#next.push(() => {
      for (const { row } of calls) {
        const applied = queue.ack(row.job, row.attempt, row.payload);
        answers.push(applied ? yes() : NO);
        const value = queue.jobs.get(row.job)?.seq ?? 0;
        if (applied) writer.note(proc, KIND.statement, { job: row.job, txn, value });
      }
      writer.note(proc, KIND.commit, { txn });
    });
    calls.forEach(({ call }, n) => {
      this.#next.push(() => writer.answer(call, answers[n] ?? NO));
    });
  }

  #expand({ job, attempt }: Held): void {
    const { writer, queue, random } = this.#stage;
    const call = writer.invoke(this.#proc, KIND.expand, { job, attempt });
    let answer = NO;
    this.#next.push(
      () => {
        const lane = this.#lane;
        const ids = queue.expand(job, attempt, randomSpecs(random, 2, lane, writer.nowMs));
        const first = queue.jobs.get(ids[0] ?? 0);
        writer.asked(call, ids);
        if (first !== undefined) answer = yes({ value: first.run });
      },
      () => writer.answer(call, answer),
    );
  }

  #giveBack(): void {
    const { writer, queue } = this.#stage;
    const held = this.#held.shift();
    if (held === undefined) {
      this.#stopped = true;
      if (this.#stopping !== null) writer.answer(this.#stopping, yes());
      return;
    }
    const { job, attempt } = held;
    const gives = (): Answer => (queue.release(job, attempt) ? yes() : NO);
    this.#call(KIND.release, { job, attempt }, gives);
  }

  #drop(held: Held): void {
    this.#held.splice(this.#held.indexOf(held), 1);
  }
}

/** An attempt's own result, so that a foreign one shows. */
function payloadOf(job: number, attempt: number): string {
  return JSON.stringify({ of: job, attempt });
}
