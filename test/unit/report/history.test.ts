import picocolors from "picocolors";
import { expect, test } from "vitest";
import { historyChart } from "../../../src/report/chart/history-chart.ts";
import { renderPng } from "../../../src/report/chart/png.ts";
import {
  changeText,
  historyGroups,
  historyTable,
  sparkline,
} from "../../../src/report/history-table.ts";
import { renderTable } from "../../../src/report/table.ts";
import { type HistoryTrend, trendOf } from "../../../src/results/history-trend.ts";
import { seededRandom } from "../../../src/runner/seeded-random.ts";
import { steppedRuns } from "../../support/results/history.ts";

/** The trends of the two strategies, as the reader of files gives them. */
function trends(runs = steppedRuns(), machine = "m1"): readonly HistoryTrend[] {
  return [0, 1].map((cell) =>
    trendOf(
      {
        scenario: "submit",
        metric: "submitRowsPerS",
        parameters: runs[0]?.cells[cell]?.parameters ?? {},
        machine,
        points: runs.flatMap(({ id, startedAt, cells }) => {
          const value = cells[cell]?.summary["submitRowsPerS"];
          return value === undefined ? [] : [{ runId: id, startedAt, commit: null, value }];
        }),
      },
      seededRandom(1),
    ),
  );
}

test("a row has runs, first and latest figure with interval, the change, its steps and a picture", () => {
  const [group] = historyGroups(trends());
  if (group === undefined) throw new Error("no group");
  const text = renderTable(historyTable(group), {
    colors: picocolors.createColors(false),
    widthChars: 120,
  });
  expect(text).toMatch(/^submit: submit rows\/s {2}shape random · DAG size 1,000 · m1\n/);
  expect(text).toMatch(
    /^appender {4}20 {2}800,000 {2}646,000 {5}±3 % +-19 % {2}worse -20 % at 20250311-120000-000b {2}[▁-█]{20}$/m,
  );
  expect(text).toMatch(/^unnest {6}20 {2}400,000 {2}\d{3},000 +±3 % +[+-][\d.]+ % {2}none /m);
});

test("few runs show no step, and are not said to have none", () => {
  const [group] = historyGroups(trends(steppedRuns().slice(0, 4)));
  if (group === undefined) throw new Error("no group");
  const { groups, notes } = historyTable(group);
  expect(groups.flat().map(({ texts }) => texts.at(-2))).toEqual(["too few runs", "too few runs"]);
  expect(notes).toEqual(["a step needs five runs on either side of it: 10 in all"]);
});

test("machines never share a table", () => {
  const groups = historyGroups([...trends(), ...trends(steppedRuns(), "m2")]);
  expect(groups.map(({ machine, trends: own }) => [machine, own.length])).toEqual([
    ["m1", 2],
    ["m2", 2],
  ]);
});

test("the chart has a line for each cell, a place for each run, and draws", async () => {
  const [group] = historyGroups(trends());
  const spec = group && historyChart(group);
  if (spec === undefined) throw new Error("no chart");
  expect([spec.id, spec.title]).toEqual([
    "history-submit-submit-rows-s",
    "submit: submit rows/s over 20 runs",
  ]);
  expect(spec.config.data.datasets.map(({ label, data }) => [label, data.length])).toEqual([
    ["appender", 20],
    ["unnest", 20],
  ]);
  expect((await renderPng(spec)).subarray(1, 4).toString()).toBe("PNG");
});

test("a single run makes no chart", () => {
  const [group] = historyGroups(trends(steppedRuns().slice(0, 1)));
  expect(group && historyChart(group)).toBeUndefined();
});

test("changes and pictures read as they are meant", () => {
  expect([1.041, 0.88, 1.0001, 2].map(changeText)).toEqual(["+4.1 %", "-12 %", "0 %", "+100 %"]);
  expect(sparkline([1, 2, 8])).toBe("▁▂█");
  expect(sparkline([5, 5])).toBe("▅▅");
});
