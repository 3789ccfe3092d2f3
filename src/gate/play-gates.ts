/** Plays whole gates on recorded pairs, one after the other, exactly as the gate itself would have judged them. */
import type { ArmPair } from "../results/selftest-record.ts";
import {
  GATE_RULE,
  type Judgement,
  judge,
  nextLook,
  type SequentialRule,
} from "../stats/sequential.ts";
import { armSlowdown } from "./arm-slowdown.ts";
import { mayRepeat } from "./noise-guard.ts";

/** A gate that ended. */
export interface PlayedGate {
  readonly verdict: "regression" | "pass" | "inconclusive";
  /** Pairs that counted. */
  readonly pairs: number;
  /** Pairs that were measured again because the machine was disturbed. */
  readonly spoiled: number;
  /** The interval of the ratio at the end. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Of the pairs that counted. */
  readonly logSlowdowns: readonly number[];
}

/** The gates that ended, and what the one that is still open has. */
export interface Play {
  readonly gates: readonly PlayedGate[];
  /** Pairs of the open gate that count; 0 when none is open. */
  readonly openPairs: number;
}

/** See the file's head. All pairs are of one arm, in their order. */
export function playGates(
  pairs: readonly ArmPair[],
  better: "higher" | "lower",
  rule: SequentialRule = GATE_RULE,
): Play {
  const gates: PlayedGate[] = [];
  let counted: ArmPair[] = [];
  let spoiled = 0;
  for (const pair of pairs) {
    if (pair.noisy && mayRepeat(spoiled, rule)) {
      spoiled++;
      continue;
    }
    counted.push(pair);
    const judgement = judgeAt(counted, better, rule);
    if (judgement === null || judgement.verdict === "continue") continue;
    gates.push({
      verdict: judgement.verdict,
      pairs: counted.length,
      spoiled,
      interval: judgement.metrics[ONLY]?.interval ?? null,
      logSlowdowns: slowdownsOf(counted, better),
    });
    counted = [];
    spoiled = 0;
  }
  return { gates, openPairs: counted.length };
}

const ONLY = "metric";

/** The judgement where the number of pairs is a look, else null. */
function judgeAt(
  pairs: readonly ArmPair[],
  better: "higher" | "lower",
  rule: SequentialRule,
): Judgement | null {
  if (nextLook(pairs.length - 1, rule) !== pairs.length) return null;
  return judge({ [ONLY]: slowdownsOf(pairs, better) }, rule);
}

function slowdownsOf(pairs: readonly ArmPair[], better: "higher" | "lower"): number[] {
  return pairs.map((pair) => armSlowdown(pair, better));
}
