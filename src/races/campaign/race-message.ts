/** What a campaign and its processes say to each other. */
import type { FailingOrder, StressOutcome } from "../stress/stress-seed.ts";
import type { RaceFinding } from "./judge.ts";
import type { Lift } from "./lift.ts";
import type { Strategy } from "./seed-plan.ts";

/** To a process: one thing to do. */
export type RaceTask =
  | {
      readonly kind: "seed";
      readonly seed: number;
      /** Names of the scenarios among which the seed chooses. */
      readonly scenarios: readonly string[];
      /** Run it again, and compare the traces. */
      readonly twice: boolean;
    }
  | {
      readonly kind: "shrink";
      readonly line: string;
      readonly finding: RaceFinding;
      readonly budgetMs: number;
    }
  | { readonly kind: "replay"; readonly line: string }
  | {
      readonly kind: "lift";
      readonly failing: FailingOrder;
      /** The anomaly that is to come first again. */
      readonly id: string;
      readonly seed: number;
      readonly budgetMs: number;
    }
  /** In real time, on a file. */
  | { readonly kind: "stress"; readonly seed: number; readonly scenarios: readonly string[] };

/** A seed's outcome. */
export interface SeedOutcome {
  readonly kind: "seed";
  readonly seed: number;
  readonly scenario: string;
  readonly strategy: Strategy;
  readonly findings: readonly RaceFinding[];
  readonly hazards: readonly string[];
  readonly situations: Readonly<Record<string, number>>;
  readonly steps: number;
  readonly events: number;
  /** Null: it was run once. */
  readonly sameTrace: boolean | null;
  readonly line: string;
}

/** What a shrink left. */
export interface ShrinkOutcome {
  readonly kind: "shrink";
  readonly line: string;
  readonly finding: RaceFinding;
  readonly jobs: number;
  readonly workers: number;
  readonly preemptions: number;
  readonly runs: number;
  readonly seconds: number;
  readonly replayed: number;
  readonly replays: number;
}

/** What came of an order that was to become a schedule. */
export interface LiftOutcome extends Omit<Lift, "found"> {
  readonly kind: "lift";
  readonly seconds: number;
  /** Null: no try showed the anomaly. */
  readonly found: { readonly line: string; readonly finding: RaceFinding } | null;
}

/** What a replay showed. */
export interface ReplayOutcome {
  readonly kind: "replay";
  readonly scenario: string;
  /** In words. */
  readonly case: readonly string[];
  readonly findings: readonly RaceFinding[];
  /** The schedule, a line for each step at which somebody else went first. */
  readonly preemptions: readonly string[];
  /** A sentence where the schedule no longer fits this build; else null. */
  readonly misfit: string | null;
}

/** From a process. `failed`: the harness broke, not the engine. */
export type RaceAnswer =
  | SeedOutcome
  | ShrinkOutcome
  | ReplayOutcome
  | LiftOutcome
  | StressOutcome
  | { readonly kind: "failed"; readonly message: string };
