/** The normal and Student's t distributions, and the tail of F. */
import { betaCdf } from "./beta.ts";
import { solveIncreasing } from "./solve.ts";

/** Beyond this many standard deviations the tail is below the smallest double. */
const FARTHEST_Z = 39;
/** Where the series for the middle hands over to the continued fraction for the tail. */
const TAIL_STARTS_AT = 3;
const TAIL_TERMS = 200;
/** Student's t reaches any probability of use here below this value, even with one degree of freedom. */
const FARTHEST_T = 1e12;

/** The probability that a standard normal variable is at most z. */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) {
    return Number.NaN;
  }
  const distance = Math.abs(z);
  if (distance > FARTHEST_Z) {
    return z < 0 ? 0 : 1;
  }
  const tail = distance < TAIL_STARTS_AT ? 0.5 - middle(distance) : upperTail(distance);
  return z < 0 ? tail : 1 - tail;
}

/** The z below which a standard normal variable lies with probability p; ±Infinity for 1 and 0. */
export function normalQuantile(p: number): number {
  if (p <= 0) {
    return Number.NEGATIVE_INFINITY;
  }
  if (p >= 1) {
    return Number.POSITIVE_INFINITY;
  }
  // The lower tail keeps its digits; the upper one loses them in 1 − p.
  return p <= 0.5 ? solveIncreasing(normalCdf, p, -FARTHEST_Z, 0) : -normalQuantile(1 - p);
}

/** The probability that Student's t with `degrees` degrees of freedom is at most t. */
export function studentCdf(t: number, degrees: number): number {
  const tail = 0.5 * betaCdf(degrees / (degrees + t * t), degrees / 2, 0.5);
  return t < 0 ? tail : 1 - tail;
}

/** The t below which Student's t with `degrees` degrees of freedom lies with probability 0 < p < 1. */
export function studentQuantile(p: number, degrees: number): number {
  return p <= 0.5
    ? solveIncreasing((t) => studentCdf(t, degrees), p, -FARTHEST_T, 0)
    : -studentQuantile(1 - p, degrees);
}

/** The probability that F with the given degrees of freedom is at least `f`. */
export function fUpperTail(f: number, numerator: number, denominator: number): number {
  return f <= 0
    ? 1
    : betaCdf(denominator / (denominator + numerator * f), denominator / 2, numerator / 2);
}

function density(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** The probability between 0 and z, by the series φ(z) · (z + z³/3 + z⁵/15 + …), all terms positive. */
function middle(z: number): number {
  let term = z;
  let total = z;
  for (let odd = 3; term > total * Number.EPSILON; odd += 2) {
    term *= (z * z) / odd;
    total += term;
  }
  return density(z) * total;
}

/** The probability beyond z, by the continued fraction φ(z) / (z + 1/(z + 2/(z + 3/…))). */
function upperTail(z: number): number {
  let fraction = z;
  for (let term = TAIL_TERMS; term >= 1; term--) {
    fraction = z + term / fraction;
  }
  return density(z) / fraction;
}
