import { expect, test } from "vitest";
import type { ChartPoint, ChartSpec } from "../../../../src/report/chart/chart-spec.ts";
import { chartsOf } from "../../../../src/report/chart/charts-of.ts";
import type { Result } from "../../../../src/results/result.ts";
import { buildResult, okCell } from "../../../support/results/build-result.ts";
import {
  defaultRun,
  manySeries,
  nothingMeasured,
  oneTrial,
  sizeSweep,
} from "../../../support/results/fixtures.ts";

const chart = (result: Result, id: string): ChartSpec => {
  const found = chartsOf(result).find((spec) => spec.id === id);
  if (found === undefined) throw new Error(`no chart ${id}`);
  return found;
};

const lines = (spec: ChartSpec): [string | undefined, (readonly [number | null, number])[]][] =>
  spec.config.data.datasets.map(({ label, data }) => [
    label,
    data.map(({ x, y }: ChartPoint) => [x, Math.round(Number(y))] as const),
  ]);

test("the default run has bars and curves for submit and drain", () => {
  expect(chartsOf(defaultRun()).map(({ id, title }) => [id, title])).toEqual([
    ["submit-throughput", "Submit throughput by strategy and chunk size"],
    ["submit-chunk-size", "Submit throughput by chunk size"],
    ["drain-throughput", "Drain throughput by claim batch, wake and poll interval"],
    ["drain-claim-batch", "Drain throughput by claim batch"],
    ["drain-poll-interval", "Drain throughput by poll interval"],
  ]);
});

test("bars are sorted, carry interval and text, and keep a line for the cell that was cut", () => {
  const points = chart(defaultRun(), "submit-throughput").config.data.datasets[0]?.data ?? [];
  expect(points).toHaveLength(9);
  expect(points[0]).toEqual({
    x: 812_000,
    y: "appender",
    low: 812_000 * 0.97,
    high: 812_000 * 1.03,
    text: "812k ±3 %",
  });
  expect(points.at(-1)).toEqual({
    x: null,
    y: "row",
    low: null,
    high: null,
    text: "> 30 s (123,456 rows done)",
  });
});

test("the axis of bars reaches to the end of the widest interval, which the bars do not", () => {
  const { options } = chart(defaultRun(), "submit-throughput").config;
  expect(options?.scales?.["x"]).toMatchObject({ min: 0, suggestedMax: 812_000 * 1.03 });
});

test("chunk sizes are curves, and strategies without chunks are level lines beside them", () => {
  expect(lines(chart(defaultRun(), "submit-chunk-size"))).toEqual([
    [
      "appender",
      [
        [100, 812_000],
        [5000, 812_000],
      ],
    ],
    [
      "unnest",
      [
        [100, 455_000],
        [5000, 455_000],
      ],
    ],
    [
      "temp-table",
      [
        [100, 270_400],
        [1000, 338_000],
        [5000, 312_012],
      ],
    ],
    [
      "values",
      [
        [100, 209_600],
        [1000, 262_000],
        [5000, 241_856],
      ],
    ],
  ]);
});

test("polling is compared with notices at the same claim batch only", () => {
  expect(lines(chart(defaultRun(), "drain-poll-interval"))).toEqual([
    [
      "notify",
      [
        [10, 61_300],
        [1000, 61_300],
      ],
    ],
    [
      "poll",
      [
        [10, 48_700],
        [100, 8930],
        [1000, 984],
      ],
    ],
  ]);
});

test("several sizes make one log-log line per strategy, in the order of their ends", () => {
  const spec = chart(sizeSweep(), "submit-throughput");
  expect(lines(spec).map(([name, points]) => [name, points.length])).toEqual([
    ["appender", 4],
    ["unnest", 4],
    ["values, chunk size 1,000", 4],
    ["row", 3],
  ]);
  expect(spec.config.options?.scales).toMatchObject({
    x: { type: "logarithmic", title: { text: "DAG size (jobs)" } },
    y: { type: "logarithmic", title: { text: "rows/s (more is better)" } },
  });
  expect(spec.config.options?.plugins?.subtitle?.text).toContain(
    "Not drawn: row, DAG size 1,000,000: > 30 s (281,000 rows done)",
  );
});

test("the subtitle tells work, trials, interval and machine", () => {
  expect(chart(oneTrial(), "submit-throughput").config.options?.plugins?.subtitle?.text).toEqual([
    "shape random · DAG size 1,000 · strategy appender · median of 1 trial, no interval",
    "AMD EPYC 9R14, 2 cores · node 20.20.2 · duckdb 1.5.6 · durability full · run 20250301-120000-a1b2",
  ]);
});

test("one line needs no legend, several do", () => {
  const legend = (spec: ChartSpec) => spec.config.options?.plugins?.legend?.display;
  expect(legend(chart(defaultRun(), "drain-claim-batch"))).toBe(false);
  expect(legend(chart(defaultRun(), "drain-poll-interval"))).toBe(true);
});

/** Colour, mark and dash of every line, as one text each. */
const looks = (spec: ChartSpec): string[] =>
  spec.config.data.datasets.map((dataset) =>
    JSON.stringify([
      dataset.borderColor,
      "pointStyle" in dataset && dataset.pointStyle,
      "borderDash" in dataset && dataset.borderDash,
    ]),
  );

test("50 lines differ in colour, mark or dash, and the chart is tall enough to name them", () => {
  const spec = chart(manySeries([1000, 10_000]), "submit-throughput");
  expect(looks(spec)).toHaveLength(50);
  expect(new Set(looks(spec)).size).toBe(50);
  expect(spec.heightPx).toBe(130 + 50 * 19);
});

test("50 values of one setting differ too, though there are eight colours", () => {
  const cells = Array.from({ length: 50 }, (_, index) => index + 1).flatMap((workers) =>
    [100, 1000].map((dagSize) =>
      okCell({
        scenario: "drain",
        parameters: { dagSize, workers },
        metrics: { drainJobsPerS: 1000 * workers },
      }),
    ),
  );
  expect(new Set(looks(chart(buildResult(cells), "drain-throughput"))).size).toBe(50);
});

test("a scenario without any value has no chart", () => {
  expect(chartsOf(nothingMeasured())).toEqual([]);
});

test("a scenario's name becomes a safe file name", () => {
  const cells = [okCell({ scenario: "../My Load", parameters: {}, metrics: { drainJobsPerS: 5 } })];
  expect(chartsOf(buildResult(cells)).map(({ id }) => id)).toEqual(["-my-load-throughput"]);
});
