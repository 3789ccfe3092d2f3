/**
 * The scheduler: of everything that could go on, one thing does, and a picker says which. Time is virtual,
 * the database is real: after each step the scheduler waits until the database rests and the promises have
 * run, so that a schedule alone decides the order of everything.
 */
import { setImmediate as turn } from "node:timers/promises";
import type { CancelTimer, Clock } from "../../lib/clock.ts";
import { type NativeCalls, watchNativeCalls } from "../../store/duckdb/native-calls.ts";
import { type Picker, START_MS, type Step, type Taken, threadOf } from "./step.ts";

/** What a step is before it is one of those that are ready. */
export type Wanted = Pick<Step, "owner" | "label" | "job">;

interface Waiting extends Wanted {
  run(): void;
  /** For a timer: when it is due. */
  readonly atMs?: number;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** See the file's head. */
export class Scheduler {
  /** For the engine: nothing runs before its step is picked. */
  readonly clock: Clock;
  /** All that was done, in order. */
  readonly taken: Taken[] = [];
  /** Called when time passes although somebody could go on, with the milliseconds that passed. */
  onStall: (ms: number) => void = () => undefined;
  readonly #native: NativeCalls = watchNativeCalls();
  #picker: Picker;
  #ready: Waiting[] = [];
  #timers: Waiting[] = [];
  #nowMs = START_MS;
  #owner = "main";
  #hash = FNV_OFFSET;
  #abandoned = false;

  constructor(picker: Picker) {
    this.#picker = picker;
    this.clock = {
      now: () => this.#nowMs,
      setTimer: (run, delayMs) => this.#setTimer(run, delayMs),
      defer: (run) => this.#park({ owner: this.#owner, label: "turn", job: 0, run }),
    };
  }

  /** Whoever took the last step. */
  get owner(): string {
    return this.#owner;
  }

  /** Whether nothing can go on before time passes. */
  get rests(): boolean {
    return this.#ready.length === 0 && (this.#timers[0]?.atMs ?? Infinity) > this.#nowMs;
  }

  /** Lets go of everything: what waits never goes on, and from here on turns are taken as they come. */
  abandon(): void {
    this.#ready = [];
    this.#timers = [];
    this.#abandoned = true;
  }

  /** Steps are taken one by one again. */
  resume(): void {
    this.#abandoned = false;
  }

  /** Milliseconds since the epoch, of the virtual clock. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** The same for the same schedule of the same case, or the harness is broken. */
  get traceHash(): number {
    return this.#hash >>> 0;
  }

  /** Waits until it is picked. */
  step(step: Wanted): Promise<void> {
    return new Promise((run) => this.#park({ ...step, run }));
  }

  /** Waits until virtual time has passed, then until it is picked. */
  sleep(owner: string, delayMs: number): Promise<void> {
    return new Promise((run) => {
      this.#addTimer({ owner, label: "wakes", job: 0, run, atMs: this.#nowMs + delayMs });
    });
  }

  /** From here on another picker decides. */
  usePicker(picker: Picker): void {
    this.#picker = picker;
  }

  /** Time jumps, back too; timers that are due become ready. */
  jump(byMs: number): void {
    this.#nowMs += byMs;
  }

  /** Mixes something into the trace's hash. */
  note(text: string): void {
    for (let i = 0; i < text.length; i++)
      this.#hash = Math.imul(this.#hash ^ text.charCodeAt(i), FNV_PRIME);
  }

  /**
   * Takes steps until `until` says so, nothing can go on, or `maxSteps` are taken.
   *
   * @returns why it ended
   */
  async run(until: () => boolean, maxSteps: number): Promise<"until" | "idle" | "limit"> {
    for (let steps = 0; steps < maxSteps; steps++) {
      await this.settle();
      if (until()) return "until";
      if (!this.#takeOne()) return "idle";
    }
    await this.settle();
    return until() ? "until" : "limit";
  }

  /** Waits until the database rests and all promises have run. */
  async settle(): Promise<void> {
    for (;;) {
      while (this.#native.pending > 0) await this.#native.answered();
      // Twice: what the first turn runs may defer to the next.
      await turn();
      await turn();
      if (this.#native.pending === 0) return;
    }
  }

  #takeOne(): boolean {
    const candidates = this.#candidates();
    if (candidates.length === 0) return false;
    const ready = candidates.map(({ owner, label, job, atMs = 0 }) => {
      return { owner, label, job, due: atMs <= this.#nowMs, atMs };
    });
    const choice = this.#picker.pick(ready) % ready.length;
    const next = candidates[choice] as Waiting;
    const list = next.atMs === undefined ? this.#ready : this.#timers;
    list.splice(list.indexOf(next), 1);
    const stalledMs = ready.length > 1 ? Math.max(0, (next.atMs ?? 0) - this.#nowMs) : 0;
    this.#nowMs = Math.max(this.#nowMs, next.atMs ?? 0);
    const step = ready[choice] as Step;
    const nth = ready.slice(0, choice).filter((one) => threadOf(one) === threadOf(step)).length;
    const taken = { ...step, choice, ready: ready.length, nowMs: this.#nowMs, nth };
    const { owner, label } = taken;
    this.note(`${owner}|${label}|${choice}/${ready.length}@${this.#nowMs};`);
    this.taken.push(taken);
    this.#owner = owner;
    if (stalledMs > 0) this.onStall(stalledMs);
    next.run();
    return true;
  }

  /** What could be next: see {@link Picker} for the order. A timer that is not due comes last. */
  #candidates(): Waiting[] {
    const due = this.#timers.filter(({ atMs = 0 }) => atMs <= this.#nowMs);
    const now = [...this.#ready, ...due];
    const own = now.findIndex(({ owner }) => owner === this.#owner);
    if (own > 0) now.unshift(...now.splice(own, 1));
    const next = due.length > 0 ? undefined : this.#timers[0];
    return next === undefined ? now : [...now, next];
  }

  #park(waiting: Waiting): void {
    if (this.#abandoned) setImmediate(waiting.run);
    else this.#ready.push(waiting);
  }

  #setTimer(run: () => void, delayMs: number): CancelTimer {
    if (this.#abandoned) {
      const soon = setImmediate(run);
      return () => clearImmediate(soon);
    }
    const atMs = this.#nowMs + Math.max(0, delayMs);
    const timer = { owner: "clock", label: "timer", job: 0, run, atMs };
    this.#addTimer(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** Kept in the order of their times; among equals the first set is first. */
  #addTimer(timer: Waiting & { readonly atMs: number }): void {
    const index = this.#timers.findIndex(({ atMs = 0 }) => atMs > timer.atMs);
    this.#timers.splice(index < 0 ? this.#timers.length : index, 0, timer);
  }
}
