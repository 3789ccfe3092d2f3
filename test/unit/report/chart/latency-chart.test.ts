import { expect, test } from "vitest";
import { chartsOf } from "../../../../src/report/chart/charts-of.ts";
import { withLatencies } from "../../../../src/report/chart/latency-summaries.ts";
import { pageData } from "../../../../src/report/html/page-data.ts";
import type { Result } from "../../../../src/results/result.ts";
import { loadRun } from "../../../support/results/fixtures.ts";

const latencyChart = (result: Result) =>
  chartsOf(result).find(({ id }) => id === "load-latency-percentiles");

test("latencies are lines over percentiles, medians of the trials with their interval", () => {
  const spec = latencyChart(withLatencies(loadRun()));
  expect(spec?.title).toBe("Load: latency by percentile");
  expect(spec?.config.data.datasets.map(({ label }) => label)).toEqual([
    "arrival rate 4,000/s",
    "arrival rate 1,000/s",
  ]);
  const [, slow] = spec?.config.data.datasets ?? [];
  // p50, p75, p90, p95, p99 and p99.9: of 1,500 jobs the 99.99th percentile would be the slowest one.
  expect(slow?.data.map(({ x }) => x)).toEqual([2, 4, 10, 20, 100, 1000]);
  expect(slow?.data[0]).toEqual({ x: 2, y: 2, low: 1.8, high: 2.2 });
});

test("without latencies in the summaries there is no such chart", () => {
  expect(latencyChart(loadRun())).toBeUndefined();
});

test("the page carries what the chart needs and no trial", () => {
  const data = pageData(loadRun());
  expect(data.cells.flatMap(({ trials }) => trials)).toEqual([]);
  expect(latencyChart(data)?.config.data).toEqual(
    latencyChart(withLatencies(loadRun()))?.config.data,
  );
});

test("the main chart runs along the parameter that the scenario names", () => {
  const [first] = chartsOf(loadRun());
  expect([first?.id, first?.title]).toEqual([
    "load-latency-p99",
    "Load latency p99 by arrival rate",
  ]);
  expect(first?.config.data.datasets[0]?.data.map(({ x }) => x)).toEqual([1000, 4000]);
});
