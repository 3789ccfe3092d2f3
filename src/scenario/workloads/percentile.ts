/** A percentile of values that a workload keeps itself. */

/** The smallest value that `percentile` percent of the values do not exceed; there must be at least one value. */
export function percentileOf(values: Float64Array, percentile: number): number {
  const ordered = values.toSorted();
  const rank = Math.ceil((percentile / 100) * ordered.length);
  return ordered[Math.max(0, rank - 1)] ?? Number.NaN;
}
