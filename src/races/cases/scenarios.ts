/** The race scenarios by name: what meets whom. Each draws its cases from a seed. */

import { Draw } from "./draw.ts";
import { clockJumps, commitErrors, crashes } from "./fault-scenarios.ts";
import { joins, limits, retries, subRuns, triggers } from "./graph-scenarios.ts";
import {
  cancelRunning,
  claims,
  leaseExpiry,
  pauses,
  shutdown,
  uniqueKeys,
} from "./job-scenarios.ts";
import type { RaceCase } from "./race-case.ts";

/** What a race scenario is to people, and how it makes its cases. */
export interface RaceScenario {
  readonly name: string;
  /** What meets whom. */
  readonly about: string;
  readonly draw: (draw: Draw) => RaceCase;
}

/** All of them, in the order of docs/RACES.md. */
export const RACE_SCENARIOS: readonly RaceScenario[] = [
  { name: "claims", about: "several workers and callers claim from one queue", draw: claims },
  {
    name: "lease-expiry",
    about: "an ack, a heartbeat and the end of the lease meet",
    draw: leaseExpiry,
  },
  {
    name: "cancel-running",
    about: "jobs and runs are cancelled while they run",
    draw: cancelRunning,
  },
  {
    name: "joins",
    about: "parents end together, and the last of them frees the child",
    draw: joins,
  },
  {
    name: "triggers",
    about: "all trigger rules, with parents that end in every way",
    draw: triggers,
  },
  { name: "pause", about: "enqueues meet pause and resume", draw: pauses },
  { name: "shutdown", about: "workers stop while they claim, and start again", draw: shutdown },
  {
    name: "unique-keys",
    about: "enqueues with one key meet each other and the end of their job",
    draw: uniqueKeys,
  },
  {
    name: "retries",
    about: "failures, timeouts, backoff, give-backs and dead letters",
    draw: retries,
  },
  {
    name: "sub-runs",
    about: "jobs expand to runs and add nodes while somebody cancels",
    draw: subRuns,
  },
  { name: "limits", about: "limits on what runs at once, per queue and per key", draw: limits },
  { name: "clock", about: "the clock jumps forth and back", draw: clockJumps },
  { name: "commit-errors", about: "a commit fails, with and without effect", draw: commitErrors },
  {
    name: "crash",
    about: "the process dies at a step of the lane and opens its files again",
    draw: crashes,
  },
];

/** The case that a seed makes. */
export function drawCase({ name, draw }: RaceScenario, seed: number): RaceCase {
  return draw(new Draw(seed, name));
}
