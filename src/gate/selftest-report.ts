/** Judges the gate by the record of a selftest. */
import type { Random } from "../lib/random.ts";
import type { SelftestHead } from "../results/selftest-record.ts";
import { ARM_NAMES, ARMS, type ArmName, type ArmPair } from "../results/selftest-record.ts";
import type { SelftestFigure, SelftestReport, Share } from "../results/selftest-report.ts";
import { estimateDifference, pairedSample } from "../stats/compare.ts";
import { exactLowerBound, exactUpperBound } from "../stats/intervals.ts";
import { robustSigma } from "../stats/summary.ts";
import { armSlowdown } from "./arm-slowdown.ts";
import { type PlayedGate, playGates } from "./play-gates.ts";
import { resampleGates } from "./resample-gates.ts";
import { playTournament } from "./tournament.ts";

/** Pairs of one interval of the coverage, the median length of a gate. */
const COVERAGE_PAIRS = 12;

const AT_MOST_1 = { kind: "at most", share: 0.01 } as const;
const AT_MOST_5 = { kind: "at most", share: 0.05 } as const;
const AT_LEAST_90 = { kind: "at least", share: 0.9 } as const;
const AT_LEAST_93 = { kind: "at least", share: 0.93 } as const;
const AT_LEAST_95 = { kind: "at least", share: 0.95 } as const;

/** The whole report; `random` draws the resampled gates. */
export function selftestReport(
  head: SelftestHead,
  pairs: readonly ArmPair[],
  better: "higher" | "lower",
  random: Random,
): SelftestReport {
  const of = (arm: ArmName): readonly ArmPair[] => pairs.filter((pair) => pair.arm === arm);
  const gates = (arm: ArmName): readonly PlayedGate[] => playGates(of(arm), better).gates;
  const drawn = (slowdown: number): readonly PlayedGate[] =>
    resampleGates(of("same"), better, slowdown, random);
  const [same, same3, same10, same15] = [drawn(0), drawn(0.03), drawn(0.1), drawn(0.15)];
  const sameHog = gates("sameHog");
  return {
    head,
    sittings: new Set(pairs.map(({ sitting }) => sitting)).size,
    arms: ARM_NAMES.map((arm) => armOf(arm, of(arm), better)),
    figures: [
      measured("false alarms, unchanged build", alarmed(gates("same")), AT_MOST_1),
      measured("unchanged build ends in pass", passed(gates("same")), AT_LEAST_90),
      measured("10 % slower, found", alarmed(gates("slow10")), AT_LEAST_95),
      measured("15 % slower, found", alarmed(gates("slow15")), AT_LEAST_95),
      measured("false alarms beside a CPU hog", alarmed(sameHog), AT_MOST_5),
      measured("15 % slower beside a CPU hog, found", alarmed(gates("slow15Hog")), null),
      measured("the interval covers the truth", coverage(of, better), AT_LEAST_93),
      resampled("false alarms, unchanged build", alarmed(same), AT_MOST_1),
      resampled("unchanged build ends in pass", passed(same), AT_LEAST_90),
      resampled("3 % slower, flagged", alarmed(same3), AT_MOST_1),
      resampled("10 % slower, found", alarmed(same10), AT_LEAST_95),
      resampled("15 % slower, found", alarmed(same15), AT_LEAST_95),
    ],
    tournament: [
      {
        rule: "bench gate: shuffled pairs, sequential",
        same: orNull(alarmed(gates("same"))),
        hog: orNull(alarmed(sameHog)),
        slow3: orNull(alarmed(same3)),
        slow10: orNull(alarmed(same10)),
        slow15: orNull(alarmed(same15)),
      },
      ...playTournament(pairs, better),
    ],
  };
}

function armOf(arm: ArmName, pairs: readonly ArmPair[], better: "higher" | "lower") {
  const noisyPairs = pairs.filter(({ noisy }) => noisy).length;
  const noise = pairs.length < 2 ? null : robustSigma(slowdownsOf(pairs, better));
  return { arm, pairs: pairs.length, noisyPairs, noise };
}

function slowdownsOf(pairs: readonly ArmPair[], better: "higher" | "lower"): number[] {
  return pairs.map((pair) => armSlowdown(pair, better));
}

/** Intervals of fixed length, one after the other, on the arms without a hog, where the truth is known. */
function coverage(of: (arm: ArmName) => readonly ArmPair[], better: "higher" | "lower"): Share {
  const covers = (["same", "slow10", "slow15"] as const).flatMap((arm) => {
    const slowdowns = slowdownsOf(of(arm), better);
    const truth = Math.log(1 + ARMS[arm].slowdown);
    const blocks = Math.floor(slowdowns.length / COVERAGE_PAIRS);
    return Array.from({ length: blocks }, (_, i) => {
      const block = slowdowns.slice(i * COVERAGE_PAIRS, (i + 1) * COVERAGE_PAIRS);
      const { interval } = estimateDifference(pairedSample(block));
      return interval !== null && interval.low <= truth && truth <= interval.high;
    });
  });
  return { hits: covers.filter((covered) => covered).length, of: covers.length };
}

function alarmed(gates: readonly PlayedGate[]): Share {
  return shareOf(gates, "regression");
}

function passed(gates: readonly PlayedGate[]): Share {
  return shareOf(gates, "pass");
}

function shareOf(gates: readonly PlayedGate[], wanted: PlayedGate["verdict"]): Share {
  return { hits: gates.filter(({ verdict }) => verdict === wanted).length, of: gates.length };
}

function orNull(share: Share): Share | null {
  return share.of === 0 ? null : share;
}

/** Judged by its bounds: only enough gates reach a target, and only enough miss one. */
export function measured(
  name: string,
  { hits, of }: Share,
  target: SelftestFigure["target"],
): SelftestFigure {
  const judged = { name, source: "measured", hits, of, target } as const;
  if (of === 0 || target === null) return { ...judged, bound: null, verdict: "none" };
  const [low, high] = [exactLowerBound(hits, of), exactUpperBound(hits, of)];
  const atLeast = target.kind === "at least";
  const [bound, opposite] = atLeast ? [low, high] : [high, low];
  if (keeps(bound, target)) return { ...judged, bound, verdict: "reached" };
  return { ...judged, bound, verdict: keeps(opposite, target) ? "open" : "missed" };
}

function resampled(
  name: string,
  { hits, of }: Share,
  target: NonNullable<SelftestFigure["target"]>,
): SelftestFigure {
  const verdict = of === 0 ? "none" : keeps(hits / of, target) ? "reached" : "missed";
  return { name, source: "resampled", hits, of, target, bound: null, verdict };
}

function keeps(share: number, target: NonNullable<SelftestFigure["target"]>): boolean {
  return target.kind === "at most" ? share <= target.share : share >= target.share;
}
