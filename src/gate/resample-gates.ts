/**
 * Thousands of gates from some hundred recorded pairs: each gate draws as many pairs as it may need,
 * without putting them back, and is played as it would have been. What the drawing cannot show is what
 * the record does not hold: these gates are no substitute for gates that were run.
 */
import type { Random } from "../lib/random.ts";
import type { ArmPair } from "../results/selftest-record.ts";
import { GATE_RULE } from "../stats/sequential.ts";
import { slowedPair } from "./arm-slowdown.ts";
import { type PlayedGate, playGates } from "./play-gates.ts";

/** Gates that are drawn for each figure. */
const RESAMPLED_GATES = 4000;

/** The pairs of the longest gate, with all that it may measure again. */
const LONGEST_GATE = Math.ceil((GATE_RULE.looks.at(-1)?.pairs ?? 0) * 1.25) + 1;

/** Draws gates on pairs whose head is slower by a share than it was. Empty where the record is too short for the longest gate. */
export function resampleGates(
  pairs: readonly ArmPair[],
  better: "higher" | "lower",
  slowdown: number,
  random: Random,
  gates: number = RESAMPLED_GATES,
): readonly PlayedGate[] {
  if (pairs.length < LONGEST_GATE) return [];
  const slower = pairs.map((pair) => slowedPair(pair, slowdown, better));
  return Array.from(
    { length: gates },
    () => playGates(drawn(slower, LONGEST_GATE, random), better).gates[0],
  ).filter((gate) => gate !== undefined);
}

/** `size` of the items in random order. */
function drawn<T>(items: readonly T[], size: number, random: Random): readonly T[] {
  const rest = [...items];
  return Array.from({ length: size }, () => {
    const place = Math.floor(random() * rest.length);
    const [item] = rest.splice(place, 1);
    return item as T;
  });
}
