/** The work of a warm-up, whatever the cell's. */
import { expect, test } from "vitest";
import { warmUpParameters } from "../../../src/runner/warm-up.ts";

test("a warm-up is small where the cell is large, and as the cell is everywhere else", () => {
  const cell = {
    jobs: 1_000_000,
    duration: 60_000,
    width: 5,
    arrivalRate: 20,
    claimBatch: 100,
    wake: "poll",
    pollInterval: 1000,
  };
  expect(warmUpParameters(cell)).toEqual({
    jobs: 200,
    duration: 100,
    width: 5,
    arrivalRate: 1000,
    claimBatch: 100,
    wake: "poll",
    pollInterval: 1,
  });
});
