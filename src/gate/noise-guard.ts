/**
 * What the gate does about a disturbed machine. It looks at the environment, never at the figures: a
 * pair beside a busy neighbour is measured again, but only so often, because on a machine that is never
 * quiet the gate would never end. After that every pair counts: both sides of a pair met the same
 * neighbour, so noise makes a gate careful and does not make it wrong.
 */
import { GATE_RULE, type SequentialRule } from "../stats/sequential.ts";

/** At most this share of the pairs of a whole comparison is measured again. */
const REPEATED_SHARE = 0.25;

/** Whether one more disturbed pair may be measured again, when `spoiled` have been. */
export function mayRepeat(spoiled: number, rule: SequentialRule = GATE_RULE): boolean {
  const most = rule.looks.at(-1)?.pairs ?? 0;
  return spoiled < most * REPEATED_SHARE;
}
