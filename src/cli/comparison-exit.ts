/** The exit code of a comparison. */
import type { ComparisonVerdict } from "../results/comparison.ts";
import { EXIT } from "./exit-codes.ts";

/** By verdict. */
export const EXIT_OF_COMPARISON: Readonly<Record<ComparisonVerdict, number>> = {
  pass: EXIT.pass,
  regression: EXIT.regression,
  "threshold-missed": EXIT.thresholdMissed,
  inconclusive: EXIT.inconclusive,
  "invariant-violated": EXIT.invariantViolated,
  "nothing-comparable": EXIT.nothingMeasured,
  interrupted: EXIT.interrupted,
};
