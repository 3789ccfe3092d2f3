/** The binomial distribution, through its identity with the beta distribution. */
import { betaCdf } from "./beta.ts";
import { logChoose } from "./gamma.ts";

/** The probability of at most k successes in n independent trials of probability p. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) {
    return 0;
  }
  return k >= n ? 1 : betaCdf(1 - p, n - k, k + 1);
}

/** The probability of exactly k successes in n independent trials of probability 0 < p < 1. */
export function binomialPmf(k: number, n: number, p: number): number {
  return Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
}
