/**
 * Lifts what was seen in real time into a schedule: the case runs again on a virtual clock and follows the order that was
 * recorded, then orders that differ from it in a few steps, until the same anomaly comes first.
 */
import { deviated } from "../schedule/deviate.ts";
import { Follower } from "../schedule/follow.ts";
import { inOrder } from "../schedule/pickers.ts";
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
  /** Whether the case shows it when nobody goes out of turn, so that any order would have done. */
  readonly plain: boolean;
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
  const shows = (findings: readonly RaceFinding[]): boolean => findings[0]?.id === id;
  const plain = shows((await judgeCase(raceCase, inOrder)).findings);
  const random = new SeededRandom(seed, "lift");
  const steps = order.length;
  let [tries, followed, reached] = [0, 0, 0];
  while (tries < MOST_TRIES && (tries === 0 || spent() < 1)) {
    const follower = new Follower(tries === 0 ? order : deviated(order, random, reached));
    const { findings, choices } = await judgeCase(raceCase, follower);
    if (tries++ === 0) reached = follower.reached;
    followed = follower.followed;
    const [finding] = findings;
    if (finding !== undefined && shows(findings))
      return { tries, steps, followed, plain, found: { raceCase, choices, finding } };
  }
  return { tries, steps, followed, plain, found: null };
}
