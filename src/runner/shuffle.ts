/** The order of trials within a block. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Spreads neighbouring block numbers over the generator's seeds; the golden ratio in 32 bits. */
const SPREAD = 0x9e3779b1;

/** A copy in random order: a pure function of the seed and the number of the block. */
export function shuffle<T>(items: readonly T[], seed: number, block: number): T[] {
  const random = xoroshiro128plus((seed ^ Math.imul(block + 1, SPREAD)) | 0);
  // Drawing an item for each place in turn makes every order equally likely.
  const rest = [...items];
  return items.flatMap(() => rest.splice(uniformInt(random, 0, rest.length - 1), 1));
}
