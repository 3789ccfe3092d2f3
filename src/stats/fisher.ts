/** Fisher's exact test: do two arms fail at different rates, however rare the failures. */
import assert from "node:assert/strict";
import { logChoose } from "./gamma.ts";

/** One arm of an experiment. */
export interface Arm {
  readonly failures: number;
  readonly runs: number;
}

/** Tables as likely as the observed one up to rounding count as equally likely, as in R. */
const ROUNDING = 1 + 1e-7;

/** The two p-values of {@link fisherExact}. */
export interface FisherTest {
  /** Of equal rates. */
  readonly twoSided: number;
  /** Of "the second arm fails no more often than the first". */
  readonly secondMore: number;
}

/** Compares the failure rates of two arms; both p-values are exact given the total of failures. */
export function fisherExact(first: Arm, second: Arm): FisherTest {
  for (const { failures, runs } of [first, second]) {
    assert(
      Number.isInteger(failures) && Number.isInteger(runs) && failures >= 0 && failures <= runs,
      `${failures} failures in ${runs} runs`,
    );
  }
  const failures = first.failures + second.failures;
  const likelihood = (inSecond: number) =>
    Math.exp(
      logChoose(second.runs, inSecond) +
        logChoose(first.runs, failures - inSecond) -
        logChoose(first.runs + second.runs, failures),
    );
  const observed = likelihood(second.failures);
  let twoSided = 0;
  let secondMore = 0;
  const most = Math.min(second.runs, failures);
  for (let inSecond = Math.max(0, failures - first.runs); inSecond <= most; inSecond++) {
    const probability = likelihood(inSecond);
    twoSided += probability <= observed * ROUNDING ? probability : 0;
    secondMore += inSecond >= second.failures ? probability : 0;
  }
  return { twoSided: Math.min(1, twoSided), secondMore: Math.min(1, secondMore) };
}
