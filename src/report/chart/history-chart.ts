/** A figure over the runs that measured it: a line for each cell, and a mark where it changed. */
import type { Chart, Plugin } from "chart.js";
import type { HistoryTrend } from "../../results/history-trend.ts";
import { metricOf } from "../../results/metric.ts";
import { shortFormat } from "../format-number.ts";
import { changeText, type HistoryGroup } from "../history-table.ts";
import { metricTitle } from "../metric-label.ts";
import { cellLabel, splitParameters } from "../parameters.ts";
import { printable, shortened } from "../printable.ts";
import { captionOf } from "../report-table.ts";
import type { ChartSpec } from "./chart-spec.ts";
import { curvesHeightPx, lineConfig, lineOf } from "./curves.ts";
import type { Pen } from "./pen.ts";
import { writeOver } from "./plugins.ts";
import { FONT_FAMILY, FONT_PX, INK } from "./style.ts";

const WIDTH_PX = 1040;
const MOST_LINES = 50;
const SUBTITLE_CHARS = 150;

/** The chart of one group; undefined where no cell was measured by two runs. */
export function historyChart(group: HistoryGroup): ChartSpec | undefined {
  const trends = group.trends.filter(({ points }) => points.length > 1).slice(0, MOST_LINES);
  if (trends.length === 0) return undefined;
  const { scenario, metric, machine } = group;
  const { unit, better } = metricOf(metric);
  const runs = runsOf(trends);
  const split = splitParameters(trends);
  const what = metricTitle(metric);
  const title = `${printable(scenario)}: ${what} over ${runs.length} runs`;
  const datasets = trends.map((trend, place) => {
    const points = trend.points.map(({ runId, value }) => ({
      x: runs.findIndex((run) => run.runId === runId) + 1,
      y: value.median,
      low: value.ciLow,
      high: value.ciHigh,
    }));
    const name = cellLabel(trend, split.varying);
    return lineOf(name === "" ? what : name, points, place, Math.floor(place / 8), trends.length);
  });
  const colors = datasets.map(({ borderColor }) => borderColor);
  const config = lineConfig(datasets, {
    title,
    subtitle: [
      captionOf(split),
      `${printable(machine)} · whiskers: 95 % interval · dashed: a step, p ≤ 1 %`,
    ].map((line) => shortened(line, SUBTITLE_CHARS)),
    xTitle: "run, by its start (UTC)",
    yTitle: `${unit.endsWith("/s") ? unit : what} (${better === "lower" ? "less" : "more"} is better)`,
    xText: (place) => timeText(runs[place - 1]?.startedAt ?? ""),
    yText: shortFormat(unit),
    xs: runs.map((_, place) => place + 1),
    even: true,
    logarithmic: false,
  });
  return {
    id: `history-${[scenario, what]
      .join("-")
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")}`,
    title,
    unit,
    widthPx: WIDTH_PX,
    heightPx: curvesHeightPx(trends.length),
    config: { ...config, plugins: [...(config.plugins ?? []), stepMarks(trends, runs, colors)] },
  };
}

interface RunTime {
  readonly runId: string;
  readonly startedAt: string;
}

/** All runs of some series, each once, in the order of time. */
function runsOf(trends: readonly HistoryTrend[]): readonly RunTime[] {
  const byId = new Map<string, RunTime>();
  for (const { points } of trends) for (const point of points) byId.set(point.runId, point);
  return [...byId.values()].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

/** `11-24 22:35` of an ISO time. */
function timeText(iso: string): string {
  return iso.slice(5, 16).replace("T", " ");
}

/** A step of a line: before which run, and by how much. */
interface StepMark {
  readonly place: number;
  readonly text: string;
  readonly color: string;
}

/** A dashed line before the first run of a new level, with the change written at its top. */
function stepMarks(
  trends: readonly HistoryTrend[],
  runs: readonly RunTime[],
  colors: readonly string[],
): Plugin<"bar" | "line"> {
  const steps = trends.flatMap(({ changes }, series) =>
    changes.map(({ runId, ratio }) => ({
      place: runs.findIndex((run) => run.runId === runId) + 0.5,
      text: changeText(ratio),
      color: colors[series] ?? INK.strong,
    })),
  );
  return {
    id: "stepMarks",
    beforeDatasetsDraw: (chart) =>
      eachStep(chart, steps, (pen, at) => {
        const { top, bottom } = chart.chartArea;
        pen.beginPath();
        pen.moveTo(at, top);
        pen.lineTo(at, bottom);
        pen.stroke();
      }),
    afterDatasetsDraw: (chart) =>
      eachStep(chart, steps, (pen, at, { place, text, color }, number) => {
        // Steps of several lines at one run must not write over each other.
        const above = steps.slice(0, number).filter((step) => step.place === place).length;
        pen.setLineDash([]);
        pen.fillStyle = color;
        writeOver(pen, text, at + 4, chart.chartArea.top + 2 + above * (FONT_PX.small + 2));
      }),
  };
}

/** Draws each step with a pen for dashes and texts; `at` is the step's place in pixels. */
function eachStep(
  chart: Chart<"bar" | "line">,
  steps: readonly StepMark[],
  draw: (pen: Pen, at: number, step: StepMark, number: number) => void,
): void {
  const { x } = chart.scales;
  if (x === undefined) return;
  const pen: Pen = chart.ctx;
  steps.forEach((step, number) => {
    pen.save();
    pen.strokeStyle = INK.quiet;
    pen.lineWidth = 1;
    pen.setLineDash([4, 4]);
    pen.font = `${FONT_PX.small}px ${FONT_FAMILY}`;
    pen.textAlign = "left";
    pen.textBaseline = "top";
    draw(pen, x.getPixelForValue(step.place), step, number);
    pen.restore();
  });
}
