/** Pearson's correlation: how much of what moves one series moves the other. */
import assert from "node:assert/strict";
import { at, mean, sum } from "./elements.ts";

/** From −1 to 1; null where a series has no spread. Both have the same length, at least one. */
export function correlation(a: readonly number[], b: readonly number[]): number | null {
  assert(a.length === b.length, `${a.length} and ${b.length} values`);
  // Asked of the values: rounding gives equal ones a spread around their mean.
  if (new Set(a).size === 1 || new Set(b).size === 1) return null;
  const [centerA, centerB] = [mean(a), mean(b)];
  const products = sum(a.map((value, i) => (value - centerA) * (at(b, i) - centerB)));
  return products / Math.sqrt(squares(a, centerA) * squares(b, centerB));
}

function squares(values: readonly number[], center: number): number {
  return sum(values.map((value) => (value - center) ** 2));
}
