/** The pictures of a tuning: a line for each way, the interval of each ratio, and none where there is nothing to draw along. */
import { expect, test } from "vitest";
import { tuneCharts } from "../../../../src/report/tune/tune-charts.ts";
import type { Candidate, TuneChoice } from "../../../../src/results/tune-result.ts";
import { buildTune } from "../../../support/results/build-tune.ts";

const candidate = (way: string | null, value: number, ratio: number): Candidate => ({
  label: `${way} ${value}`,
  way,
  value,
  median: 10 * ratio,
  trials: 6,
  toBest: { ratio, low: ratio * 0.9, high: ratio * 1.1 },
});

const choice = (candidates: readonly Candidate[]): TuneChoice => ({
  setting: "valuesThreshold",
  unit: "rows",
  question: "Above how many rows does a temp table beat VALUES?",
  metric: "submitMs",
  shipped: 2_000,
  memo: 2_000,
  chosen: 500,
  reason: "because",
  shippedToBest: { ratio: 1.3, low: 1.2, high: 1.4 },
  verdict: "changed",
  candidates: [...candidates],
  crossovers: [],
  heldOut: [],
});

test("each way is a line of ratios to the best with their intervals, from left to right", () => {
  const [chart, ...others] = tuneCharts(
    buildTune([
      choice([
        candidate("values", 1_000, 1.5),
        candidate("temp-table", 1_000, 1),
        candidate("values", 10, 1),
        candidate("temp-table", 10, 4),
      ]),
    ]),
  );
  expect(others).toEqual([]);
  expect(chart?.id).toBe("tune-valuesThreshold");
  expect(chart?.config.data.datasets.map(({ label, data }) => [label, data])).toEqual([
    [
      "values",
      [
        { x: 10, y: 1, low: null, high: null },
        { x: 1_000, y: 1.5, low: 1.35, high: 1.6500000000000001 },
      ],
    ],
    [
      "temp-table",
      [
        { x: 10, y: 4, low: 3.6, high: 4.4 },
        { x: 1_000, y: 1, low: null, high: null },
      ],
    ],
  ]);
  const subtitle = JSON.stringify(chart?.config.options?.plugins?.subtitle?.text);
  expect(subtitle).toContain("memo 2,000 · shipped 2,000 · take 500");
});

test("what has no place on the axis is left out, and a single value is no picture", () => {
  const polls = choice([
    candidate("notices", 0, 1),
    candidate("polls", 20, 5),
    candidate("polls", 1_000, 100),
  ]);
  expect(tuneCharts(buildTune([polls]))[0]?.config.data.datasets.map(({ label }) => label)).toEqual(
    ["polls"],
  );
  expect(tuneCharts(buildTune([choice([candidate(null, 100, 1)])]))).toEqual([]);
});
