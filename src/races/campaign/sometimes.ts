/**
 * Situations that a whole campaign must have met. A check that was silent says nothing of what never came
 * up, so a campaign that misses one is incomplete, not clean.
 */

/** Seeds per scenario from which a campaign must have met its situations; fewer promise nothing. */
export const ENOUGH_SEEDS = 20;

/** What each scenario must have met, by the names in which histories tell it. */
const WANTED: Readonly<Record<string, readonly string[]>> = {
  claims: ["claim found nothing", "claims overlapped", "somebody else went first"],
  "lease-expiry": ["lease ran out", "settle was refused", "second or later attempt"],
  "late-settles": ["lease ran out", "settle came after the next claim"],
  "cancel-running": ["cancel took effect", "settle was refused"],
  joins: ["claims overlapped", "job skipped"],
  triggers: ["job skipped", "cancel took effect"],
  reads: ["read showed a job at work", "read while a run was stored"],
  shutdown: ["second or later attempt"],
  retries: ["attempt timed out", "second or later attempt"],
  "sub-runs": ["job skipped"],
  limits: ["claim found nothing"],
  circles: ["refused as CYCLE", "refused as UNKNOWN_PARENT"],
  clock: ["clock jumped"],
  "commit-errors": ["error at lane.commit", "error at lane.committed"],
  "crash-points": ["process killed", "reopened after a kill", "claim voided by a crash"],
  crash: ["process killed", "reopened after a kill", "claim voided by a crash"],
};

/** One situation, and how often it was met. */
export interface SituationCount {
  readonly scenario: string;
  readonly situation: string;
  readonly met: number;
}

/** The wanted situations of the scenarios that ran. */
export function wantedSituations(
  met: ReadonlyMap<string, Readonly<Record<string, number>>>,
): SituationCount[] {
  return [...met].flatMap(([scenario, counts]) =>
    (WANTED[scenario] ?? []).map((situation) => {
      return { scenario, situation, met: counts[situation] ?? 0 };
    }),
  );
}
