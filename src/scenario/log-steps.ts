/** Steps that look even on a logarithmic axis. */

/** Most values per decade. */
export const MAX_PER_DECADE = 100;

/**
 * Whole numbers from `from` (at least 1) to `to`, both included, `perDecade` for each factor of ten,
 * rounded, each once: `logSteps(1000, 1e6, 1)` is 1000, 10000, 100000, 1000000.
 */
export function logSteps(from: number, to: number, perDecade: number): readonly number[] {
  const steps = new Set<number>();
  for (let step = 0; ; step++) {
    const value = Math.round(from * 10 ** (step / perDecade));
    if (value >= to) break;
    steps.add(value);
  }
  return [...steps.add(to)];
}
