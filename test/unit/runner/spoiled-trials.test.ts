/** Which trials are measured again: the machine decides, never the figure. */
import { describe, expect, it } from "vitest";
import { chooseRepeats, type EndedTrial } from "../../../src/runner/spoiled-trials.ts";

function trial(order: number, cpuPressurePct: number, costMs = 100): EndedTrial {
  const environment = { cpuPressurePct, stealPct: 0, involuntarySwitches: 0 };
  return { cell: order, order, environment, costMs };
}

const ROOM = { trials: 100, repeats: 0, leftMs: Number.POSITIVE_INFINITY };
const orders = (trials: readonly EndedTrial[]): number[] => trials.map(({ order }) => order);

describe("repeats of spoiled trials", () => {
  it("are those that ran on a disturbed machine", () => {
    expect(orders(chooseRepeats([trial(0, 90), trial(1, 3), trial(2, 40)], ROOM))).toEqual([0, 2]);
  });

  it("count stolen time, and what the system does not tell as quiet", () => {
    const stolen = { ...trial(0, 0), environment: { ...trial(0, 0).environment, stealPct: 5 } };
    const untold = {
      ...trial(1, 0),
      environment: { cpuPressurePct: null, stealPct: null, involuntarySwitches: 900 },
    };
    expect(orders(chooseRepeats([stolen, untold], ROOM))).toEqual([0]);
  });

  it("are at most a quarter of the trials of the run", () => {
    const block = [0, 1, 2, 3, 4, 5, 6, 7].map((order) => trial(order, 90));
    expect(orders(chooseRepeats(block, { ...ROOM, trials: 8 }))).toEqual([0, 1]);
    expect(orders(chooseRepeats(block, { ...ROOM, trials: 16, repeats: 3 }))).toEqual([0]);
    expect(chooseRepeats(block, { ...ROOM, trials: 3 })).toEqual([]);
    expect(chooseRepeats(block, { ...ROOM, trials: 8, repeats: 5 })).toEqual([]);
  });

  it("take at most a quarter of the time left", () => {
    const block = [trial(0, 90, 900), trial(1, 90, 200)];
    expect(orders(chooseRepeats(block, { ...ROOM, leftMs: 1000 }))).toEqual([1]);
  });
});
