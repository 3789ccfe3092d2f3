/** The slots of a schedule: the times at which it fires, from a cron pattern or an interval. */
import { Cron } from "croner";
import { InputError, messageOf } from "../lib/errors.ts";

/** When a schedule fires; one of the two. */
export interface Timing {
  /** A cron pattern of 5 to 7 fields: `0 3 * * *`, `@daily`, `0 0 12 * * FRI#2`. */
  readonly cron?: string;
  /** A time zone of the IANA list, such as `Europe/Berlin`; default: UTC. Only with `cron`. */
  readonly timezone?: string;
  /** Every so many milliseconds from the moment in which the schedule was set. */
  readonly everyMs?: number;
}

/** Pure: asks no clock. Times are milliseconds since the epoch. */
export interface Slots {
  /** The first slot after a time; `Infinity` for none. */
  after(ms: number): number;
  /** The last `count` slots up to and with a time, the oldest first. */
  upTo(ms: number, count: number): number[];
}

/** @throws InputError for a pattern, zone or interval that is none, and for a pattern that never fires after `sinceMs` */
export function slotsOf({ cron, timezone, everyMs }: Timing, sinceMs: number): Slots {
  if ((cron === undefined) === (everyMs === undefined))
    throw new InputError("Give the schedule a cron pattern or everyMs, one of the two");
  if (everyMs !== undefined) {
    if (timezone !== undefined)
      throw new InputError("everyMs: an interval has no time zone; use a cron pattern for that");
    return interval(everyMs, sinceMs);
  }
  return pattern(cron as string, timezone ?? "UTC", sinceMs);
}

function interval(everyMs: number, sinceMs: number): Slots {
  if (!Number.isSafeInteger(everyMs) || everyMs < 1)
    throw new InputError(`everyMs: ${everyMs} is not a whole number of milliseconds from 1`);
  const number = (ms: number): number => Math.max(0, Math.floor((ms - sinceMs) / everyMs));
  return {
    after: (ms) => sinceMs + (number(ms) + 1) * everyMs,
    upTo(ms, count) {
      const last = number(ms);
      const slots: number[] = [];
      for (let slot = Math.max(1, last - count + 1); slot <= last; slot++)
        slots.push(sinceMs + slot * everyMs);
      return slots;
    },
  };
}

function pattern(text: string, timezone: string, sinceMs: number): Slots {
  let cron: Cron;
  let first: Date | null;
  try {
    cron = new Cron(text, { timezone, paused: true });
    first = cron.nextRun(new Date(sinceMs));
  } catch (cause) {
    throw new InputError(
      `The schedule ${JSON.stringify(text)} in ${JSON.stringify(timezone)} cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  }
  if (first === null)
    throw new InputError(
      `The schedule ${JSON.stringify(text)} never fires: no such date is to come; mend the pattern`,
    );
  return {
    after: (ms) => cron.nextRun(new Date(ms))?.getTime() ?? Number.POSITIVE_INFINITY,
    // The reference itself is left out.
    upTo: (ms, count) =>
      cron
        .previousRuns(count, new Date(ms + 1))
        .map((date) => date.getTime())
        .sort((a, b) => a - b),
  };
}
