/** An order like another one, but for a few steps that come sooner, later or not at all. */
import type { SeededRandom } from "./seeded-random.ts";
import type { Passed } from "./step.ts";

/** One deviation or a few: what is needed is near, or the order is none of this case. */
const MOST_CHANGES = 4;

/** A step moves by a power of two of places, up to this one. */
const MOST_DOUBLINGS = 5;

const DROP_SHARE = 0.2;

/** See the file's head. Only steps before the place `upTo` are changed. */
export function deviated(
  order: readonly Passed[],
  random: SeededRandom,
  upTo: number = order.length,
): Passed[] {
  const changed = [...order];
  for (let left = random.between(1, MOST_CHANGES); left > 0 && changed.length > 1; left--) {
    const from = random.below(Math.max(1, Math.min(changed.length, upTo)));
    const [step] = changed.splice(from, 1) as [Passed];
    if (random.chance(DROP_SHARE)) continue;
    const by = 2 ** random.between(0, MOST_DOUBLINGS) * random.pick([-1, 1]);
    const to = Math.min(Math.max(0, from + by), changed.length);
    // It takes the time of its new place, for time passes as the order says.
    const nowMs = (changed[to] ?? (changed[to - 1] as Passed)).nowMs;
    changed.splice(to, 0, { ...step, nowMs });
  }
  return changed;
}
