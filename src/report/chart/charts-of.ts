/** Which charts a result deserves. Pure and free of Node: a browser can call it too. */
import { metricOf } from "../../results/metric.ts";
import type { Result } from "../../results/result.ts";
import { formatMs, formatShort, shortFormat } from "../format-number.ts";
import { higherIsBetter } from "../metric-label.ts";
import { isDuration, parameterLabel, splitParameters } from "../parameters.ts";
import { type RankedCell, type ScenarioView, scenarioViews } from "../scenario-view.ts";
import type { ChartSpec } from "./chart-spec.ts";
import {
  axisText,
  byText,
  cutText,
  idOf,
  mainId,
  subtitleOf,
  titleOf,
  undrawn,
  valueTitle,
} from "./chart-text.ts";
import { type CurveText, curves, curvesHeightPx, levelsFor } from "./curves.ts";
import { growthCharts } from "./growth-chart.ts";
import { latencyCharts } from "./latency-chart.ts";
import { rowsOf, type Series, seriesAlong } from "./series.ts";
import { throughputBars } from "./throughput-bars.ts";
import { barsHeightPx } from "./value-bars.ts";

const WIDTH_PX = 1040;

/** More bars or lines than this are no picture any more, and a canvas has a largest height. */
const MOST_DRAWN = 50;

/** Parameters that get a curve of their own where a scenario varies them. */
const CURVES: readonly string[] = ["chunkSize", "claimBatch", "pollInterval"];

/**
 * The charts of a result, scenario by scenario: the main metric along the parameter that the scenario
 * names, else along its amount of work, else as bars; a curve for each of chunk size, claim batch and
 * poll interval that has at least two values; latencies by percentile, where `withLatencies` has put
 * them; and what a trial sampled along the jobs that passed. A scenario without any value has no chart.
 */
export function chartsOf(result: Result): readonly ChartSpec[] {
  return distinct(
    scenarioViews(result).flatMap((view) => {
      if (rowsOf(view).every((row) => row.value === undefined)) return [];
      const along = mainParameter(result, view);
      return [
        along === undefined ? barChart(result, view) : mainChart(result, view, along),
        ...CURVES.filter((name) => name !== along).flatMap((name) =>
          curveChart(result, view, name),
        ),
        ...latencyCharts(result, view, WIDTH_PX, MOST_DRAWN),
        ...growthCharts(result, view, WIDTH_PX),
      ];
    }),
  );
}

/** The parameter along which the main metric is drawn; undefined where none varies that is a number. */
function mainParameter({ scenarios }: Result, view: ScenarioView): string | undefined {
  const named = scenarios?.find(({ name }) => name === view.scenario)?.chartX;
  const varies = (name: string): boolean =>
    view.varying.includes(name) && seriesAlong(view, name, 2).length > 0;
  if (named !== undefined && varies(named)) return named;
  // Sizes at which only one cell was measured are points, and still worth their place on an axis.
  return view.work.includes("dagSize") ? "dagSize" : view.work.find(varies);
}

/** Names of scenarios that differ in their signs alone would share a file. */
function distinct(charts: readonly ChartSpec[]): readonly ChartSpec[] {
  const times = new Map<string, number>();
  return charts.map((chart) => {
    const time = (times.get(chart.id) ?? 0) + 1;
    times.set(chart.id, time);
    return time === 1 ? chart : { ...chart, id: `${chart.id}-${time}` };
  });
}

function barChart(result: Result, view: ScenarioView): ChartSpec {
  const all = rowsOf(view);
  const rows = all.length <= MOST_DRAWN ? all : bestOfEachWork(view);
  const cells = rows.map((row) => row.cell);
  const title = `${titleOf(view)}${byText(view.settings)}`;
  return {
    id: mainId(view),
    title,
    unit: metricOf(view.main).unit,
    widthPx: WIDTH_PX,
    heightPx: barsHeightPx(rows.length),
    config: throughputBars(
      view,
      rows,
      title,
      subtitleOf(result, cells, view.main, cutText("cells", rows.length, all.length)),
      valueTitle(view),
    ),
  };
}

/** As many of the best of each work as fit. */
function bestOfEachWork({ groups }: ScenarioView): readonly RankedCell[] {
  const share = Math.max(1, Math.floor(MOST_DRAWN / groups.length));
  return groups.flatMap(({ rows }) => rows.slice(0, share)).slice(0, MOST_DRAWN);
}

function mainChart(result: Result, view: ScenarioView, parameter: string): ChartSpec {
  const series = seriesAlong(view, parameter, 1);
  return lineChart(result, view, parameter, series, { id: mainId(view), logarithmic: true });
}

function curveChart(result: Result, view: ScenarioView, parameter: string): readonly ChartSpec[] {
  const series = seriesAlong(view, parameter, 2);
  if (series.length === 0) return [];
  const id = `${idOf(view)}-${parameterLabel(parameter).replaceAll(" ", "-")}`;
  return [lineChart(result, view, parameter, series, { id, logarithmic: false })];
}

function lineChart(
  result: Result,
  view: ScenarioView,
  parameter: string,
  all: readonly Series[],
  how: { readonly id: string; readonly logarithmic: boolean },
): ChartSpec {
  // They come with the highest first.
  const series = higherIsBetter(view.main) ? all.slice(0, MOST_DRAWN) : all.slice(-MOST_DRAWN);
  const levels = levelsFor(view, parameter, series).slice(0, MOST_DRAWN);
  const cells = [...series.flatMap((one) => one.cells), ...levels];
  const { varying } = splitParameters(cells);
  const title = `${titleOf(view)}${byText([parameter])}`;
  const text: CurveText = {
    title,
    subtitle: subtitleOf(result, cells, view.main, [
      ...cutText("lines", series.length, all.length),
      ...undrawn(view),
    ]),
    names: [...view.settings, ...view.work].filter(
      (name) => name !== parameter && varying.includes(name),
    ),
    xTitle: axisText(parameter),
    yTitle: valueTitle(view),
    xText: isDuration(parameter) ? formatMs : formatShort,
    yText: shortFormat(metricOf(view.main).unit),
    logarithmic: how.logarithmic,
  };
  return {
    id: how.id,
    title,
    unit: metricOf(view.main).unit,
    widthPx: WIDTH_PX,
    heightPx: curvesHeightPx(series.length + levels.length),
    config: curves(view, series, levels, text),
  };
}
