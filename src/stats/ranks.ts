/** Ranks, the currency of distribution-free tests. */
import { at } from "./elements.ts";

/** Ranks from 1 in the order of the values; equal values share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((i, j) => at(values, i) - at(values, j));
  const result = new Array<number>(values.length).fill(0);
  let start = 0;
  while (start < order.length) {
    let end = start;
    while (
      end + 1 < order.length &&
      at(values, at(order, end + 1)) === at(values, at(order, start))
    ) {
      end++;
    }
    for (let i = start; i <= end; i++) {
      result[at(order, i)] = (start + end) / 2 + 1;
    }
    start = end + 1;
  }
  return result;
}

/** How many values are equal to each other, for each group of at least two. */
export function tieSizes(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts.values()].filter((count) => count > 1);
}
