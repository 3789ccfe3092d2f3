/**
 * Schedules: jobs that come by the clock. They are stored with the queue; each slot fires once, in one commit
 * with its job, whatever crashes in between. One timer waits for the next slot of all of them.
 */
import type { CancelTimer, Clock } from "../lib/clock.ts";
import { InputError } from "../lib/errors.ts";
import type { Config } from "../model/config.ts";
import type { Store, StoredSchedule } from "../store/store.ts";
import type { Events } from "./events.ts";
import type { JobInput } from "./job-input.ts";
import { type Slots, slotsOf, type Timing } from "./slots.ts";
import { ANY_TASK, type SubmissionRules, toJobs } from "./submission.ts";

/** What becomes of slots that passed while no process had the queue open. */
export type CatchUp = "none" | "latest" | "all";

/** A schedule as its owner gives it. */
export interface ScheduleInput extends Timing {
  /** What each slot enqueues. With a `uniqueKey`, a slot adds no second job while the first is live. */
  readonly job: Omit<JobInput, "dependsOn" | "runAt">;
  /**
   * After downtime: `latest` (default) fires the last missed slot, `all` each of them up to `catchUpMaxSlots`,
   * `none` waits for the next.
   */
  readonly catchUp?: CatchUp;
}

/** A schedule as it stands. */
export interface Schedule extends ScheduleInput {
  readonly name: string;
  /** Null before the first. */
  readonly lastSlot: Date | null;
  /** Null for never. */
  readonly nextSlot: Date | null;
}

/** What schedules work with. */
export interface SchedulesParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly config: Config;
  readonly events: Events;
  rules(): SubmissionRules;
  /** Takes an error that nobody waits for. */
  failed(error: unknown): void;
}

interface Armed {
  readonly input: ScheduleInput;
  readonly slots: Slots;
  nextMs: number;
}

const CATCH_UPS: readonly string[] = ["none", "latest", "all"];

/** See the file's head. */
export class Schedules {
  readonly #parts: SchedulesParts;
  readonly #armed = new Map<string, Armed>();
  #cancelTimer: CancelTimer | undefined;
  #firing: Promise<void> | null = null;
  #closed = false;

  constructor(parts: SchedulesParts) {
    this.#parts = parts;
  }

  /** Takes in the schedules of the store. Missed slots fire in a later turn, when tasks are registered. */
  async load(): Promise<void> {
    for (const stored of await this.#parts.store.schedules()) this.#arm(stored);
    if (this.#armed.size > 0) this.#parts.clock.defer(() => this.#wait());
  }

  /**
   * Sets a schedule; one of the same name is replaced, and slots that have fired do not fire again. It is stored
   * when the promise resolves.
   *
   * @throws InputError for a pattern that cannot be read or never fires, and for a job that `enqueue` would refuse
   */
  async set(name: string, input: ScheduleInput): Promise<void> {
    const { store, clock } = this.#parts;
    if (name === "") throw new InputError("A schedule needs a name");
    const { catchUp = "latest", job } = input;
    if (typeof job !== "object" || job === null)
      throw new InputError("A schedule needs a job: what each slot enqueues, { task, args }");
    if (!CATCH_UPS.includes(catchUp))
      throw new InputError(
        `catchUp: ${JSON.stringify(catchUp)} is none of ${CATCH_UPS.join(", ")}`,
      );
    if ("dependsOn" in job || "runAt" in job)
      throw new InputError("The job of a schedule has neither dependsOn nor runAt");
    const nowMs = clock.now();
    slotsOf(input, nowMs);
    toJobs([job], this.#parts.rules());
    await store.putSchedule(name, JSON.stringify(input), nowMs);
    const stored = (await store.schedules()).find((one) => one.name === name);
    if (stored !== undefined) this.#arm(stored);
    this.#wait();
  }

  /** Removes a schedule; its jobs stay. Returns whether it was there. */
  async remove(name: string): Promise<boolean> {
    const was = this.#armed.delete(name);
    if (was) await this.#parts.store.putSchedule(name, null, this.#parts.clock.now());
    return was;
  }

  /** All schedules, by name. */
  async list(): Promise<Schedule[]> {
    const stored = await this.#parts.store.schedules();
    return stored
      .map(({ name, spec, lastSlotMs }) => ({
        ...(JSON.parse(spec) as ScheduleInput),
        name,
        lastSlot: lastSlotMs === 0 ? null : new Date(lastSlotMs),
        nextSlot: dateOf(this.#armed.get(name)?.nextMs ?? Number.POSITIVE_INFINITY),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Fires nothing more; resolves when what fires now is stored. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer?.();
    await this.#firing;
  }

  #arm({ name, spec, sinceMs, lastSlotMs }: StoredSchedule): void {
    const input = JSON.parse(spec) as ScheduleInput;
    const slots = slotsOf(input, sinceMs);
    const nextMs = this.#nextSlot({ input, slots }, Math.max(sinceMs, lastSlotMs));
    this.#armed.set(name, { input, slots, nextMs });
  }

  /** The slot to fire next when all up to `lastMs` are over. */
  #nextSlot({ input, slots }: Pick<Armed, "input" | "slots">, lastMs: number): number {
    const nowMs = this.#parts.clock.now();
    const { catchUp = "latest" } = input;
    if (catchUp === "none") return slots.after(Math.max(nowMs, lastMs));
    const count = catchUp === "all" ? this.#parts.config.catchUpMaxSlots : 1;
    const missed = slots.upTo(nowMs, count).find((slotMs) => slotMs > lastMs);
    return missed ?? slots.after(Math.max(nowMs, lastMs));
  }

  /** `atLeastMs`: after a failure, so that a store that is gone is not asked all the time. */
  #wait(atLeastMs = 0): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#closed || this.#firing !== null) return;
    const firstMs = Math.min(...[...this.#armed.values()].map(({ nextMs }) => nextMs));
    if (firstMs === Number.POSITIVE_INFINITY) return;
    const waitMs = Math.max(atLeastMs, firstMs - this.#parts.clock.now());
    // A slot further away than the longest timer: the timer fires early, finds nothing due and waits again.
    this.#cancelTimer = this.#parts.clock.setTimer(() => {
      this.#firing = this.#fireDue().then(
        () => this.#fired(0),
        (error: unknown) => {
          this.#parts.failed(error);
          this.#fired(this.#parts.config.pollIntervalMs);
        },
      );
    }, waitMs);
  }

  #fired(restMs: number): void {
    this.#firing = null;
    this.#wait(restMs);
  }

  async #fireDue(): Promise<void> {
    const { store, clock, events } = this.#parts;
    const rules = {
      ...this.#parts.rules(),
      taskOf: (name: string) => this.#parts.rules().taskOf(name) ?? ANY_TASK,
    };
    for (const [name, armed] of this.#armed) {
      while (armed.nextMs <= clock.now() && this.#armed.get(name) === armed && !this.#closed) {
        const slotMs = armed.nextMs;
        const jobId = await store.fire(name, slotMs, toJobs([armed.input.job], rules), clock.now());
        armed.nextMs = this.#nextSlot(armed, slotMs);
        if (jobId > 0) events.emit("schedule", { schedule: name, slotMs, jobId });
      }
    }
  }
}

function dateOf(ms: number): Date | null {
  return ms === Number.POSITIVE_INFINITY ? null : new Date(ms);
}
