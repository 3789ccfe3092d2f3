/** Schedules by name, and the last slot for which each fired: both are rows of `control`. */
import type { StoredSchedule } from "../store.ts";

/** See the file's head. */
export class ScheduleBook {
  readonly #schedules = new Map<string, StoredSchedule>();

  /** Sets a schedule, or with null removes it. One that is set again keeps its last slot. */
  set(name: string, spec: string | null, sinceMs: number): void {
    if (spec === null) this.#schedules.delete(name);
    else this.#schedules.set(name, { name, spec, sinceMs, lastSlotMs: this.lastSlotMs(name) });
  }

  /** The last slot that fired; 0 for none. */
  lastSlotMs(name: string): number {
    return this.#schedules.get(name)?.lastSlotMs ?? 0;
  }

  /** Takes a slot; false where it was taken already, or the schedule is gone. */
  take(name: string, slotMs: number): boolean {
    const schedule = this.#schedules.get(name);
    if (schedule === undefined || slotMs <= schedule.lastSlotMs) return false;
    this.#schedules.set(name, { ...schedule, lastSlotMs: slotMs });
    return true;
  }

  /** All of them. */
  all(): StoredSchedule[] {
    return [...this.#schedules.values()];
  }
}
