/** One pair: a cell measured on two builds, each in a process of its own, the two taking turns. */
import { SIDES, type Side } from "../results/pair.ts";
import type { Trial } from "../results/result.ts";
import type { ContentBook } from "./content-book.ts";
import { measureTrial, type TrialResult } from "./measure-trial.ts";
import type { PlannedCell, RunPlan } from "./run-plan.ts";
import { shuffle } from "./shuffle.ts";
import { Turns } from "./turns.ts";

/** One build. */
export interface Build {
  /** Absolute path of its engine's folder; null: our own. */
  readonly engine: string | null;
  /** Holds its trials to the same content. Each build has one: a base may count differently. */
  readonly book: ContentBook;
}

/** Where and how a pair runs. */
export interface PairPlace {
  readonly folder: string;
  /** Of the first trial, in the session. */
  readonly order: number;
  /** Of one round. */
  readonly maxTrialMs: number;
  /** How often each side measures. */
  readonly rounds: number;
  readonly signal: AbortSignal;
}

/** What became of a pair. */
export type PairOutcome =
  | { readonly kind: "pair"; readonly base: Trial; readonly head: Trial }
  /** A side gave no figure; `wrong` when its answer was wrong or its database cannot be read. */
  | {
      readonly kind: "failed";
      readonly side: Side;
      readonly reason: string;
      readonly wrong: boolean;
    }
  | { readonly kind: "aborted" };

/** Which side a pair begins with: each begins one of two neighbours, in an order drawn from the seed. */
export function firstSide(seed: number, number: number): Side {
  const order = shuffle<Side>(["base", "head"], seed, Math.floor(number / 2));
  return order[number % 2] ?? "base";
}

/** Measures both sides, `first` first. Where both fail, the base is named: then the head is not to blame. */
export async function measurePair(
  plan: Pick<RunPlan, "seed" | "durability" | "settings" | "store" | "dagFile">,
  cell: PlannedCell,
  builds: Readonly<Record<Side, Build>>,
  first: Side,
  place: PairPlace,
): Promise<PairOutcome> {
  const turns = new Turns(SIDES, first, place.rounds);
  const measure = (side: Side): Promise<TrialResult> => {
    const { engine, book } = builds[side];
    return measureTrial(plan, cell, {
      folder: place.folder,
      order: place.order + (side === first ? 0 : 1),
      limit: { limitMs: place.maxTrialMs, giveUpEarly: false },
      signal: place.signal,
      book,
      rounds: { count: place.rounds, turn: turns.of(side), name: side },
      ...(engine === null ? {} : { engine }),
    });
  };
  const [base, head] = (await Promise.all(SIDES.map(measure))).map((result, i) =>
    outcomeOf(SIDES[i] as Side, result),
  ) as [SideOutcome, SideOutcome];
  if (base.kind === "aborted" || head.kind === "aborted") return { kind: "aborted" };
  if (base.kind === "failed") return base;
  if (head.kind === "failed") return head;
  return { kind: "pair", base: base.trial, head: head.trial };
}

type Failure = Extract<PairOutcome, { kind: "failed" }>;
type SideOutcome =
  | { readonly kind: "trial"; readonly trial: Trial }
  | { readonly kind: "aborted" }
  | Failure;

/** A trial that was cut or wrong has no figures that count. */
function outcomeOf(side: Side, result: TrialResult): SideOutcome {
  if (result.kind === "aborted") return result;
  if (result.kind === "failed") return { ...result, side };
  const problem = problemOf(result.trial);
  return problem === null ? result : { kind: "failed", side, ...problem };
}

/** Why a trial's figures do not count; null when they do. */
function problemOf({ censored, checks }: Trial): { reason: string; wrong: boolean } | null {
  if (censored !== undefined) {
    return { reason: `it was cut after ${censored.limitMs} ms (--max-trial-time)`, wrong: false };
  }
  const violations = checks?.violations ?? [];
  return violations.length === 0
    ? null
    : { reason: `wrong answer: ${violations.join("; ")}`, wrong: true };
}
