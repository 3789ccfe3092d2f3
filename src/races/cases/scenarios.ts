/** The race scenarios by name: what meets whom. Each draws its cases from a seed. */

import { Draw } from "./draw.ts";
import { clockJumps, commitErrors, crashes } from "./fault-scenarios.ts";
import { circles, joins, limits, retries, subRuns, triggers } from "./graph-scenarios.ts";
import {
  cancelRunning,
  claims,
  lateSettles,
  leaseExpiry,
  pauses,
  reads,
  shutdown,
  uniqueKeys,
} from "./job-scenarios.ts";
import type { RaceCase } from "./race-case.ts";

/** What a race scenario is to people, and how it makes its cases. */
export interface RaceScenario {
  readonly name: string;
  /** What meets whom. */
  readonly about: string;
  /** L1: schedules alone. L3: something breaks on purpose. */
  readonly level: "L1" | "L3";
  /** A seed kills one case each time that its lane passes one step, so it takes as long as some ten others. */
  readonly killsEverywhere?: true;
  readonly draw: (draw: Draw) => RaceCase;
}

/** All of them, in the order of docs/RACES.md. */
export const RACE_SCENARIOS: readonly RaceScenario[] = [
  {
    name: "claims",
    level: "L1",
    about: "several workers and callers claim from one queue",
    draw: claims,
  },
  {
    name: "lease-expiry",
    level: "L1",
    about: "an ack, a heartbeat and the end of the lease meet",
    draw: leaseExpiry,
  },
  {
    name: "late-settles",
    level: "L1",
    about: "a holder that slept past its lease settles while the next attempt runs",
    draw: lateSettles,
  },
  {
    name: "cancel-running",
    level: "L1",
    about: "jobs and runs are cancelled while they run",
    draw: cancelRunning,
  },
  {
    name: "joins",
    level: "L1",
    about: "parents end together, and the last of them frees the child",
    draw: joins,
  },
  {
    name: "triggers",
    level: "L1",
    about: "all trigger rules, with parents that end in every way",
    draw: triggers,
  },
  { name: "pause", level: "L1", about: "enqueues meet pause and resume", draw: pauses },
  {
    name: "reads",
    level: "L1",
    about: "callers read all jobs while runs are stored in chunks, and jobs end",
    draw: reads,
  },
  {
    name: "shutdown",
    level: "L1",
    about: "workers stop while they claim, and start again",
    draw: shutdown,
  },
  {
    name: "unique-keys",
    level: "L1",
    about: "enqueues with one key meet each other and the end of their job",
    draw: uniqueKeys,
  },
  {
    name: "retries",
    level: "L1",
    about: "failures, timeouts, backoff, give-backs and dead letters",
    draw: retries,
  },
  {
    name: "sub-runs",
    level: "L1",
    about: "jobs expand to runs and add nodes while somebody cancels",
    draw: subRuns,
  },
  {
    name: "limits",
    level: "L1",
    about: "limits on what runs at once, per queue and per key",
    draw: limits,
  },
  {
    name: "circles",
    level: "L1",
    about: "runs that wait for themselves or for nobody are submitted among good ones",
    draw: circles,
  },
  { name: "clock", level: "L3", about: "the clock jumps forth and back", draw: clockJumps },
  {
    name: "commit-errors",
    level: "L3",
    about: "a commit fails, with and without effect",
    draw: commitErrors,
  },
  {
    name: "crash",
    level: "L3",
    about: "the process dies at a step of the lane and opens its files again",
    draw: crashes,
  },
  {
    name: "crash-points",
    level: "L3",
    about: "one case, killed at each pass of a step of the lane in turn",
    draw: (draw) => ({ ...crashes(draw), scenario: "crash-points", faults: [] }),
    killsEverywhere: true,
  },
];

/** Names of those that a campaign runs where none is named: all, or those of one level. */
export function scenarioNames(level: RaceScenario["level"] | null, slow: boolean): string[] {
  return RACE_SCENARIOS.filter((one) => level === null || one.level === level)
    .filter(({ killsEverywhere = false }) => slow || !killsEverywhere)
    .map(({ name }) => name);
}

/** The case that a seed makes. */
export function drawCase({ name, draw }: RaceScenario, seed: number): RaceCase {
  return draw(new Draw(seed, name));
}
