/** Which cells get the next trials, and for how long. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CellProgress,
  chooseBlock,
  firstTrialLimitMs,
} from "../../../src/runner/choose-block.ts";

function cell(values: Partial<CellProgress> = {}): CellProgress {
  return { scenario: "submit", open: true, trials: 1, precision: null, costMs: 1000, ...values };
}

const NEW = cell({ trials: 0, costMs: 0 });
const SURE = cell({ trials: 6, precision: 0.01 });

describe("a block", () => {
  it("holds every cell without a trial before any gets a second", () => {
    expect(chooseBlock([cell(), NEW, cell(), NEW], null, 60_000)).toEqual([1, 3]);
  });

  it("holds the cells that are behind until all have the trials asked for", () => {
    const cells = [cell({ trials: 2 }), cell({ trials: 3 }), cell({ trials: 2 })];
    expect(chooseBlock(cells, 3, Number.POSITIVE_INFINITY)).toEqual([0, 2]);
    expect(chooseBlock([cell({ trials: 3 })], 3, Number.POSITIVE_INFINITY)).toEqual([]);
  });

  it("leaves out cells that failed, were cut or were wrong", () => {
    expect(chooseBlock([cell({ open: false }), cell()], 2, Number.POSITIVE_INFINITY)).toEqual([1]);
  });

  it("leaves out cells whose interval is within 5 %", () => {
    expect(chooseBlock([SURE, cell({ trials: 6, precision: 0.06 })], null, 60_000)).toEqual([1]);
  });

  it("prefers cells that can still reach an interval, the cheapest of each scenario first", () => {
    const cells = [
      cell({ costMs: 2000 }),
      cell({ costMs: 1000 }),
      cell({ costMs: 1100 }),
      cell({ costMs: 3000, scenario: "drain" }),
    ];
    // Five more trials each: 5 s and 15 s leave nothing for the 5.5 s of the third.
    expect(chooseBlock(cells, null, 20_500)).toEqual([1, 3]);
  });

  it("goes to the widest intervals when all cells have one", () => {
    const cells = [0.06, 0.2, 0.1].map((precision) => cell({ trials: 6, precision }));
    expect(chooseBlock(cells, null, 2_500)).toEqual([1, 2]);
  });

  it("is empty when the budget is spent", () => {
    expect(chooseBlock([NEW], null, 0)).toEqual([]);
    expect(chooseBlock([cell()], null, 999)).toEqual([]);
    expect(chooseBlock([cell()], 2, 999)).toEqual([]);
  });

  it("never plans repeats beyond the time left, and never repeats an index", () => {
    const anyCell = fc.record({
      scenario: fc.constantFrom("submit", "drain"),
      open: fc.boolean(),
      trials: fc.integer({ min: 1, max: 9 }),
      precision: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      costMs: fc.integer({ min: 1, max: 30_000 }),
    });
    fc.assert(
      fc.property(fc.array(anyCell), fc.integer({ min: 0, max: 100_000 }), (cells, leftMs) => {
        const block = chooseBlock(cells, null, leftMs);
        expect(new Set(block).size).toBe(block.length);
        const costMs = block.reduce((sum, index) => sum + (cells[index]?.costMs ?? 0), 0);
        expect(costMs).toBeLessThanOrEqual(leftMs);
        expect(block.every((index) => cells[index]?.open)).toBe(true);
      }),
    );
  });
});

describe("the limit of a first trial", () => {
  it("is the usual one without a budget, and with a budget that suffices", () => {
    expect(firstTrialLimitMs([NEW], 30_000, Number.POSITIVE_INFINITY, 0)).toBe(30_000);
    expect(firstTrialLimitMs([cell(), NEW], 30_000, 100_000, 100_000)).toBe(30_000);
  });

  it("is some equal shares of a short budget, of which a tenth is for repeats", () => {
    expect(firstTrialLimitMs([cell(), NEW, NEW, NEW, NEW], 30_000, 40_000, 50_000)).toBe(
      ((40_000 - 5_000) / 4) * 2.5,
    );
  });

  it("saves nothing for repeats when a number of trials was asked for", () => {
    expect(firstTrialLimitMs([NEW, NEW, NEW, NEW], 30_000, 40_000, 0)).toBe(25_000);
  });

  it("is two seconds when the time is over, and never above the usual limit", () => {
    expect(firstTrialLimitMs([NEW], 30_000, 1, 100_000)).toBe(2000);
    expect(firstTrialLimitMs([NEW], 500, 1, 100_000)).toBe(500);
  });
});
