/** The simplest value of a setting that is within noise of the best. Pure. */
import type { Candidate, Slowdown } from "../results/tune-result.ts";
import { median } from "../stats/summary.ts";
import { isClose, isEqual, slowdownOf } from "./slowdown.ts";

/** A value with the costs of its trials: positive, lower is better. */
export interface Measured {
  readonly value: number;
  readonly label: string;
  readonly costs: readonly number[];
  /** The figure to show; the median cost unless it says otherwise. */
  readonly shown?: number;
}

/** What came out. */
export interface SimplestChoice {
  readonly chosen: Measured;
  readonly best: Measured;
  readonly shippedToBest: Slowdown;
  readonly candidates: readonly Candidate[];
}

/**
 * The shipped value is the simplest, because nothing changes: noise speaks for it. Of the others the smallest, which needs
 * the least memory, of those that took no more than 5 % longer than the best at the median: noise is no reason to go to
 * the edge of what it cannot tell apart. `null` where the shipped value or all others were not measured.
 */
export function simplestWithinNoise(
  measured: readonly Measured[],
  shipped: number,
): SimplestChoice | null {
  const known = measured.filter(({ costs }) => costs.length > 0);
  const own = known.find(({ value }) => value === shipped);
  const best = known.toSorted((a, b) => median(a.costs) - median(b.costs))[0];
  if (own === undefined || best === undefined || known.length < 2) return null;
  const ordered = [own, ...known.filter((one) => one !== own).sort((a, b) => a.value - b.value)];
  const toBest = new Map(ordered.map((one) => [one, slowdownOf(one.costs, best.costs)]));
  const slowdown = (one: Measured): Slowdown =>
    toBest.get(one) ?? slowdownOf(one.costs, best.costs);
  const [, ...others] = ordered;
  const chosen = isEqual(slowdown(own))
    ? own
    : (others.find((one) => one === best || isClose(slowdown(one))) ?? best);
  return {
    chosen,
    best,
    shippedToBest: slowdown(own),
    candidates: ordered
      .toSorted((a, b) => a.value - b.value)
      .map((one) => ({
        label: one.label,
        way: null,
        value: one.value,
        median: one.shown ?? median(one.costs),
        trials: one.costs.length,
        toBest: slowdown(one),
      })),
  };
}
