/** The events that prove an anomaly as lines: when, who, what, how it ended. */
import type { Finding } from "../checks/check.ts";
import { KIND_NAMES, SEEN_NAMES, TYPE_NAMES } from "../history/event.ts";
import { NOBODY } from "../history/history.ts";
import { START_MS } from "../schedule/scheduler.ts";
import type { RaceRun } from "../world/run-case.ts";

/** More lines do not help. */
const MOST_LINES = 24;

/** A history with the names of those in it. */
type Recorded = Pick<RaceRun, "history" | "procNames">;

/** See the file's head. */
export function timelineOf(run: Recorded, { events }: Finding): string[] {
  return events.slice(0, MOST_LINES).map((event) => lineOf(run, event));
}

function lineOf({ history: h, procNames }: Recorded, event: number): string {
  const { step, engineMs, proc, kind, type, job, attempt, state, value } = h;
  const at = (column: { readonly [index: number]: number }): number => column[event] as number;
  const who = procNames.get(at(proc)) ?? `#${at(proc)}`;
  const what = [
    KIND_NAMES[at(kind)],
    at(job) === NOBODY ? "" : `job ${h.jobId(at(job))}`,
    at(attempt) === 0 ? "" : `attempt ${at(attempt)}`,
    at(state) === 0 ? "" : SEEN_NAMES[at(state)],
    at(value) === 0 ? "" : `(${at(value)})`,
  ];
  const when = `step ${String(at(step)).padStart(4)}  ${String(at(engineMs) - START_MS).padStart(6)} ms`;
  const text = what.filter((part) => part !== "" && part !== undefined).join(" ");
  return `${when}  ${who.padEnd(14)} ${text}: ${TYPE_NAMES[at(type)]}`;
}
