/** Runs one case under one schedule and judges what happened. */
import type { RaceCase } from "../cases/race-case.ts";
import { checkHistory } from "../checks/check-history.ts";
import type { Picker, Taken } from "../schedule/step.ts";
import { type RaceRun, runCase } from "../world/run-case.ts";
import { timelineOf } from "./timeline.ts";

/** One anomaly, for people. */
export interface RaceFinding {
  /** As in docs/RACES.md; `error` for an error that is no answer, `C9` for what never came to an end. */
  readonly id: string;
  readonly message: string;
  /** Who did what, and when: the events that prove it. */
  readonly timeline: readonly string[];
}

/** What one run showed. */
export interface Judged {
  /** The likeliest cause first; empty: nothing is wrong. */
  readonly findings: readonly RaceFinding[];
  readonly hazards: readonly string[];
  readonly situations: Readonly<Record<string, number>>;
  /** Choices of the steps that a picker chose. */
  readonly choices: readonly number[];
  readonly taken: readonly Taken[];
  readonly events: number;
  readonly traceHash: number;
  readonly passed: RaceRun["passed"];
}

/** See the file's head. */
export async function judgeCase(raceCase: RaceCase, picker: Picker): Promise<Judged> {
  const run = await runCase(raceCase, picker, raceCase.scenario);
  const { history, facts, log, troubles, taken, chosen, traceHash, passed } = run;
  const { violations, hazards, situations } = checkHistory(history, facts, { log });
  const findings: RaceFinding[] = violations.map((violation) => ({
    id: violation.id,
    message: violation.message,
    timeline: timelineOf(history, violation, log),
  }));
  findings.push(...troubles.map(troubleFinding));
  return {
    findings,
    hazards: hazards.map(({ id, message }) => `${id} ${message}`),
    situations: { ...situations, ...ownSituations(raceCase, run) },
    choices: taken.slice(0, chosen).map(({ choice }) => choice),
    taken: taken.slice(0, chosen),
    events: history.length,
    traceHash,
    passed,
  };
}

/** An error that nobody should see, as a finding. */
export function troubleFinding(message: string): RaceFinding {
  return { id: /never came|ended by/.test(message) ? "C9" : "error", message, timeline: [] };
}

/** What came up that the history's own situations do not tell. */
function ownSituations(
  raceCase: RaceCase,
  { taken, chosen, passed, refusals }: RaceRun,
): Record<string, number> {
  const preempted = taken.slice(0, chosen).filter(({ choice }) => choice > 0).length;
  const met: Record<string, number> = { "somebody else went first": preempted };
  for (const [code, times] of refusals) met[`refused as ${code}`] = times;
  for (const { at, nth, kind } of raceCase.faults)
    if ((passed[at] ?? 0) >= nth) met[`${kind} at ${at}`] = 1;
  return met;
}
