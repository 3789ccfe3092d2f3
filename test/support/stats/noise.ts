/** Seeded noise for simulations: the same seed, the same numbers on every machine. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A source of random numbers. */
export interface Noise {
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
  /** Normal with mean 0 and deviation 1 (Box and Muller). */
  readonly normal: () => number;
  /** The numbers 0 to n − 1 in random order (Fisher and Yates). */
  readonly shuffled: (n: number) => number[];
}

/** Begins a stream of random numbers. */
export function noise(seed: number): Noise {
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffled: (n) => {
      const order = Array.from({ length: n }, (_, i) => i);
      for (let last = n - 1; last > 0; last--) {
        const other = Math.floor(uniform() * (last + 1));
        const moved = order[last] ?? 0;
        order[last] = order[other] ?? 0;
        order[other] = moved;
      }
      return order;
    },
  };
}

/** `size` values of a source. */
export function sample(size: number, next: () => number): number[] {
  return Array.from({ length: size }, next);
}

/** How many of `runs` repetitions say yes. */
export function countOf(runs: number, holds: () => boolean): number {
  let count = 0;
  for (let run = 0; run < runs; run++) {
    if (holds()) count++;
  }
  return count;
}
