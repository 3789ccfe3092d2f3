/** Several questions at once: Holm's correction of p-values. */
import { at } from "./elements.ts";

/**
 * Holm's adjusted p-values, in the order given: rejecting those at or below α keeps the chance of
 * even one false rejection among all of them at α, however the questions depend on each other.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((i, j) => at(pValues, i) - at(pValues, j));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * at(pValues, index)));
    adjusted[index] = largest;
  }
  return adjusted;
}
