/** Root finding for the quantiles that have no closed form. */

/** Halvings after which an interval of doubles cannot shrink further. */
const MAX_HALVINGS = 1_100;

/**
 * The point in [low, high] where the increasing function `f` reaches `target`, by bisection to the
 * last bit. Bisection is slower than Newton's method and cannot miss, and no quantile here is hot.
 */
export function solveIncreasing(
  f: (x: number) => number,
  target: number,
  low: number,
  high: number,
): number {
  let left = low;
  let right = high;
  for (let step = 0; step < MAX_HALVINGS; step++) {
    const middle = left + (right - left) / 2;
    if (middle <= left || middle >= right) {
      break;
    }
    if (f(middle) < target) {
      left = middle;
    } else {
      right = middle;
    }
  }
  return left + (right - left) / 2;
}
