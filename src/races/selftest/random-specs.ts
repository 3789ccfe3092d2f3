/** Jobs drawn at random, for the model queue. */
import type { SeededRandom } from "../schedule/seeded-random.ts";
import type { ModelSpec } from "./model-job.ts";
import { MODEL_RULES } from "./model-rules.ts";

/** The queues of a story. */
export const LANES = ["default", "second"] as const;

/** The limit key of a story, see `LIMIT`. */
export const LIMIT_KEY = "license";

const PRIORITIES = [20, 50, 50, 50, 80];

/** So many jobs that depend on each other; in one lane, or in any. */
export function randomSpecs(
  random: SeededRandom,
  count: number,
  lane: string | null,
  nowMs: number,
): ModelSpec[] {
  return Array.from({ length: count }, (_, place) => {
    const after = Array.from({ length: place }, (_none, parent) => parent).filter(() =>
      random.chance(2 / (place + 1)),
    );
    return { ...randomSpec(random, lane, nowMs), after };
  });
}

/** One job without parents. */
export function randomSpec(random: SeededRandom, lane: string | null, nowMs: number): ModelSpec {
  return {
    queue: lane ?? random.pick(LANES),
    priority: random.pick(PRIORITIES),
    rule: random.chance(0.5) ? "all_success" : random.pick(MODEL_RULES),
    maxAttempts: random.between(2, 5),
    runAtMs: random.chance(0.08) ? nowMs + random.between(10, 60) : 0,
    uniqueKey: "",
    limitKey: random.chance(0.1) ? LIMIT_KEY : "",
    after: [],
  };
}
