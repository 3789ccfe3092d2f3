/** The history of figures as tables: one for each metric of a scenario on one machine, a row for each cell. */
import { type HistoryTrend, MIN_RUNS_FOR_CHANGE } from "../results/history-trend.ts";
import { metricOf } from "../results/metric.ts";
import { formatInterval, formatPercent, shortFormat } from "./format-number.ts";
import { metricText, metricTitle } from "./metric-label.ts";
import { parameterLabel, parameterText, splitParameters } from "./parameters.ts";
import { printable } from "./printable.ts";
import { captionOf, type ReportRow, type ReportTable } from "./report-table.ts";

/** Trends that belong into one table or chart. */
export interface HistoryGroup {
  readonly scenario: string;
  readonly metric: string;
  readonly machine: string;
  readonly trends: readonly HistoryTrend[];
}

/** Runs that the picture of a row shows, the newest ones. */
const SPARK_RUNS = 20;
const LEAST_CHANGE = 0.0005;
const SPARKS = "▁▂▃▄▅▆▇█";

/** Groups trends by scenario, metric and machine, in the order in which they come. */
export function historyGroups(trends: readonly HistoryTrend[]): readonly HistoryGroup[] {
  const groups = new Map<string, HistoryGroup & { trends: HistoryTrend[] }>();
  for (const trend of trends) {
    const { scenario, metric, machine } = trend;
    const key = JSON.stringify([scenario, metric, machine]);
    const group = groups.get(key) ?? { scenario, metric, machine, trends: [] };
    groups.set(key, group);
    group.trends.push(trend);
  }
  return [...groups.values()];
}

/** Lays out one group. */
export function historyTable({ scenario, metric, machine, trends }: HistoryGroup): ReportTable {
  const split = splitParameters(trends);
  const heading = (name: string, align: "left" | "right", mayGo = false) => ({
    heading: name,
    align,
    mayGo,
  });
  const columns = [
    ...split.varying.map((name) => heading(parameterLabel(name), "left")),
    heading("runs", "right"),
    heading("first", "right"),
    heading("latest", "right"),
    heading("95 % CI", "right"),
    heading("since first", "right"),
    heading("steps", "left"),
    heading("trend", "left", true),
  ];
  const caption = captionOf(split);
  return {
    scenario: `${printable(scenario)}: ${metricTitle(metric)}`,
    caption: [caption, printable(machine)].filter((text) => text !== "").join(" · "),
    columns,
    messageAt: columns.length,
    groups: [trends.map((trend) => historyRow(trend, split.varying))],
    notes: notesOf(trends),
  };
}

function historyRow(trend: HistoryTrend, names: readonly string[]): ReportRow {
  const { points, metric, ratio, parameters } = trend;
  const [first, latest] = [points[0]?.value, points.at(-1)?.value];
  const format = shortFormat(metricOf(metric).unit);
  return {
    status: "ok",
    winner: false,
    message: undefined,
    texts: [
      ...names.map((name) => parameterText(name, parameters[name])),
      String(points.length),
      first === undefined ? "" : metricText(metric, first.median),
      latest === undefined ? "" : metricText(metric, latest.median),
      latest === undefined
        ? ""
        : formatInterval(latest.median, latest.ciLow, latest.ciHigh, format),
      points.length < 2 || ratio === null ? "–" : changeText(ratio),
      stepsText(trend),
      sparkline(points.slice(-SPARK_RUNS).map(({ value }) => value.median)),
    ],
  };
}

/** `+4.1 %`, `-12 %`, and `0 %` for less than a twentieth of a percent. */
export function changeText(ratio: number): string {
  if (Math.abs(ratio - 1) < LEAST_CHANGE) return "0 %";
  const sign = ratio < 1 ? "-" : "+";
  return `${sign}${formatPercent(Math.abs(ratio - 1))}`;
}

/** `worse -12 % at 20261124-223515-a03e`, the newest first; what too few runs cannot show is not "none". */
function stepsText({ changes, points }: HistoryTrend): string {
  if (points.length < MIN_RUNS_FOR_CHANGE) return "too few runs";
  if (changes.length === 0) return "none";
  return changes
    .toReversed()
    .map(({ better, ratio, runId }) => {
      const word = better === null ? "" : better ? "better " : "worse ";
      return `${word}${changeText(ratio)} at ${printable(runId)}`;
    })
    .join(", ");
}

function notesOf(trends: readonly HistoryTrend[]): readonly string[] {
  const few = trends.some(({ points }) => points.length < MIN_RUNS_FOR_CHANGE);
  return few ? [`a step needs five runs on either side of it: ${MIN_RUNS_FOR_CHANGE} in all`] : [];
}

/** A value for each run between the lowest and the highest, as blocks. */
export function sparkline(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values
    .map((value) => {
      const share = high === low ? 0.5 : (value - low) / (high - low);
      return SPARKS[Math.round(share * (SPARKS.length - 1))] ?? "";
    })
    .join("");
}
