/**
 * Lifts what was seen in real time into a schedule: the case runs again on a virtual clock and follows the order that was
 * recorded, then orders that differ from it in a few steps, until the same anomaly comes first.
 */
import { deviated } from "../schedule/deviate.ts";
import { Follower } from "../schedule/follow.ts";
import { SeededRandom } from "../schedule/seeded-random.ts";
import type { FailingOrder } from "../stress/stress-seed.ts";
import { judgeCase, type RaceFinding } from "./judge.ts";
import type { Replay } from "./seed-line.ts";

/** What came of it. */
export interface Lift {
  /** Runs; the first one follows the order as it was recorded. */
  readonly tries: number;
  /** Steps that were recorded, and those of them that the last try took in their order. */
  readonly steps: number;
  readonly followed: number;
  /** The schedule that shows the anomaly; null where none of the tries did. */
  readonly found: (Replay & { readonly finding: RaceFinding }) | null;
}

/** Beyond these the next one hardly ever succeeds. */
const MOST_TRIES = 200;

/** See the file's head. `spent` tells how much of its time is over, 1 for all. */
export async function lift(
  { raceCase, order }: FailingOrder,
  id: string,
  seed: number,
  spent: () => number,
): Promise<Lift> {
  const random = new SeededRandom(seed, "lift");
  const steps = order.length;
  let followed = 0;
  let tries = 0;
  while (tries < MOST_TRIES && (tries === 0 || spent() < 1)) {
    const follower = new Follower(tries++ === 0 ? order : deviated(order, random));
    const { findings, choices } = await judgeCase(raceCase, follower);
    followed = follower.followed;
    const [finding] = findings;
    if (finding?.id === id)
      return { tries, steps, followed, found: { raceCase, choices, finding } };
  }
  return { tries, steps, followed, found: null };
}
