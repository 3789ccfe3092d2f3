/** Reading arrays of numbers under strict index checks; every statistic builds on these. */
import assert from "node:assert/strict";

/** The element at `index`; asking outside the array is a bug of ours and stops the program. */
export function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  // The message is built only on failure: inner loops come through here.
  return value === undefined
    ? assert.fail(`index ${index} is outside an array of ${values.length}`)
    : value;
}

/** A sorted copy, smallest first. Every value must be finite. */
export function sorted(values: readonly number[]): number[] {
  assert(
    values.every((value) => Number.isFinite(value)),
    "statistics need finite numbers",
  );
  return [...values].sort((a, b) => a - b);
}

/** The sum; 0 for no values. */
export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) {
    total += value;
  }
  return total;
}

/** The arithmetic mean. There must be at least one value. */
export function mean(values: readonly number[]): number {
  assert(values.length > 0, "the mean of no values");
  return sum(values) / values.length;
}
