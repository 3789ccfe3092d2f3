/** The gamma family: the building block of the beta, normal and binomial distributions. */
import { at } from "./elements.ts";

/** Lanczos' series for g = 7 with nine terms: about 15 correct digits. */
const LANCZOS_G = 7;
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
] as const;

/** The natural logarithm of the gamma function, for x ≥ 0.5: all that counts and halves need. */
export function logGamma(x: number): number {
  const shifted = x - 1;
  let series = LANCZOS[0];
  for (let term = 1; term < LANCZOS.length; term++) {
    series += at(LANCZOS, term) / (shifted + term);
  }
  const base = shifted + LANCZOS_G + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series);
}

/** The natural logarithm of "n choose k", for whole 0 ≤ k ≤ n. */
export function logChoose(n: number, k: number): number {
  return k === 0 || k === n ? 0 : logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
