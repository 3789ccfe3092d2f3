/** The report of a tuning, from a saved one. */
import { expect, test } from "vitest";
import { renderTune } from "../../../../src/report/tune/render-tune.ts";
import { type TuneResult, tuneResultSchema } from "../../../../src/results/tune-result.ts";
import { buildTune } from "../../../support/results/build-tune.ts";

const slower = { ratio: 1.31, low: 1.2, high: 1.4 };

const RESULT: TuneResult = {
  ...buildTune([
    {
      setting: "dependencyChunkSize",
      unit: "rows",
      question: "How many rows should one VALUES statement carry?",
      metric: "submitMs",
      shipped: 1_000,
      memo: 1_000,
      chosen: 200,
      reason: "of 2 values 200 rows was the fastest | really",
      shippedToBest: slower,
      verdict: "changed",
      candidates: [
        {
          label: "200 rows",
          way: null,
          value: 200,
          median: 100,
          trials: 6,
          toBest: { ratio: 1, low: 1, high: 1 },
        },
        { label: "1,000 rows", way: null, value: 1_000, median: 131, trials: 6, toBest: slower },
      ],
      crossovers: [],
      heldOut: [{ work: "layered, 2,000 jobs", toBest: slower, holds: false }],
    },
  ]),
  leftOut: [{ setting: "claimBatch", reason: "the budget ended first" }],
};

test("the table tells shipped, memo and chosen value, how far off, and what did not hold", () => {
  expect(tuneResultSchema.parse(RESULT)).toEqual(RESULT);
  const text = renderTune(RESULT, "table");
  expect(text).toContain(
    "dependencyChunkSize    1,000  1,000   200            1.31x  [1.20x, 1.40x]  0 of 1 hold  changed",
  );
  expect(text).toContain("1,000 rows  131 ms  6    1.31x  [1.20x, 1.40x]");
  expect(text).toContain(
    "Does not hold:       dependencyChunkSize on layered, 2,000 jobs: 1.31x [1.20x, 1.40x]",
  );
  expect(text).toContain("Left out:            claimBatch: the budget ended first");
});

test("JSON is the result, and Markdown is escaped", () => {
  expect(JSON.parse(renderTune(RESULT, "json"))).toEqual(RESULT);
  expect(renderTune(RESULT, "markdown")).toContain("fastest \\| really");
});
