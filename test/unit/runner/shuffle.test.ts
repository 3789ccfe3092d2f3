/** The order within a block. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shuffle } from "../../../src/runner/shuffle.ts";

describe("shuffle", () => {
  it("keeps every item once, and depends on seed and block alone", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), fc.nat(1000), (items, seed, block) => {
        const shuffled = shuffle(items, seed, block);
        expect(shuffled.toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b));
        expect(shuffle(items, seed, block)).toEqual(shuffled);
      }),
    );
  });

  it("puts each of three items first about equally often over many blocks", () => {
    const firsts = [0, 0, 0];
    for (let block = 0; block < 3000; block++) {
      const first = shuffle([0, 1, 2], 1, block)[0] ?? 0;
      firsts[first] = (firsts[first] ?? 0) + 1;
    }
    // Binomial with p = 1/3: five standard deviations are 129.
    for (const count of firsts) expect(Math.abs(count - 1000)).toBeLessThan(129);
  });
});
