/**
 * Plays the rules of other tools on the record of a selftest. The base of every pair is the same build,
 * so that these figures, in the order in which they were measured, are what a tool would have seen that
 * measures in blocks: eight figures as the base, the next eight as the head. A slower head is the same
 * figures, made longer; beside a hog, the head is the block in which the hog began.
 */
import { ARMS, type ArmPair } from "../results/selftest-record.ts";
import type { Share, TournamentRow } from "../results/selftest-report.ts";
import { mean } from "../stats/elements.ts";
import { type Sight, TOURNAMENT_RULES, type TournamentRule } from "./tournament-rules.ts";

/** Figures of a block. Eight against eight can reach p = 0.00016. */
export const BLOCK_FIGURES = 8;

/** Earlier blocks that make a history. */
const HISTORY_BLOCKS = 10;

const SLOWDOWNS = { same: 0, slow3: 0.03, slow10: 0.1, slow15: 0.15 } as const;

/** One row for each rule of {@link TOURNAMENT_RULES}. All pairs of a record, in their order. */
export function playTournament(
  pairs: readonly ArmPair[],
  better: "higher" | "lower",
): readonly TournamentRow[] {
  const figures = pairs.map(({ base, arm, sitting }) => ({
    cost: better === "lower" ? base : 1 / base,
    hog: ARMS[arm].hog,
    sitting,
  }));
  const calm = sightsOf(figures, false);
  const disturbed = sightsOf(figures, true);
  return TOURNAMENT_RULES.map((rule) => ({
    rule: rule.name,
    same: alarms(rule, calm, SLOWDOWNS.same),
    hog: alarms(rule, disturbed, 0),
    slow3: alarms(rule, calm, SLOWDOWNS.slow3),
    slow10: alarms(rule, calm, SLOWDOWNS.slow10),
    slow15: alarms(rule, calm, SLOWDOWNS.slow15),
  }));
}

interface Figure {
  readonly cost: number;
  readonly hog: boolean;
  readonly sitting: number;
}

/** A sight for each place where a block of the base and one of the head fit, all calm or with a hog beside the head. */
function sightsOf(figures: readonly Figure[], hog: boolean): readonly Sight[] {
  const calm = figures.filter((figure) => !figure.hog);
  if (!hog) {
    return calm.flatMap((_, at) => {
      const head = calm.slice(at, at + BLOCK_FIGURES);
      return head.length < BLOCK_FIGURES ? [] : (sightOf(calm.slice(0, at), head) ?? []);
    });
  }
  return figures.flatMap((figure, at) => {
    const begins = figure.hog && figures[at - 1]?.hog === false;
    const head = figures.slice(at, at + BLOCK_FIGURES);
    if (!begins || head.length < BLOCK_FIGURES || head.some((one) => !one.hog)) return [];
    const before = figures.slice(0, at).filter((one) => !one.hog);
    return sightOf(before, head) ?? [];
  });
}

function sightOf(before: readonly Figure[], head: readonly Figure[]): Sight | null {
  const sitting = head[0]?.sitting ?? 0;
  if (before.length < BLOCK_FIGURES || head.at(-1)?.sitting !== sitting) return null;
  const base = before.slice(-BLOCK_FIGURES);
  // A tool that measures in blocks does so in one session.
  if (base[0]?.sitting !== sitting) return null;
  const earlier = before.filter((one) => one.sitting < sitting).slice(-BLOCK_FIGURES);
  const past = before.slice(0, -BLOCK_FIGURES).slice(-BLOCK_FIGURES * HISTORY_BLOCKS);
  return {
    base: costs(base),
    head: costs(head),
    stored: earlier.length < BLOCK_FIGURES ? null : costs(earlier),
    history: past.length < BLOCK_FIGURES * HISTORY_BLOCKS ? null : blockMeans(past),
  };
}

function costs(figures: readonly Figure[]): readonly number[] {
  return figures.map(({ cost }) => cost);
}

function blockMeans(figures: readonly Figure[]): readonly number[] {
  return Array.from({ length: HISTORY_BLOCKS }, (_, block) =>
    mean(costs(figures.slice(block * BLOCK_FIGURES, (block + 1) * BLOCK_FIGURES))),
  );
}

/** How often a rule raises the alarm about heads that are slower by a share; null when it cannot be played. */
function alarms(rule: TournamentRule, sights: readonly Sight[], slowdown: number): Share | null {
  const answers = sights.flatMap(
    (sight) =>
      rule.alarm({ ...sight, head: sight.head.map((cost) => cost * (1 + slowdown)) }) ?? [],
  );
  return answers.length === 0
    ? null
    : { hits: answers.filter((alarm) => alarm).length, of: answers.length };
}
