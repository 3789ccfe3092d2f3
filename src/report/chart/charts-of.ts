/** Which charts a result deserves. Pure and free of Node: a browser can call it too. */
import { metricOf } from "../../results/metric.ts";
import type { Cell, Result } from "../../results/result.ts";
import { formatCount, formatMs, formatShort } from "../format-number.ts";
import { higherIsBetter, metricHeading } from "../metric-label.ts";
import { isDuration, parameterLabel, splitParameters } from "../parameters.ts";
import { printable, shortened } from "../printable.ts";
import { captionOf, messageOfCell } from "../report-table.ts";
import { type RankedCell, type ScenarioView, scenarioViews } from "../scenario-view.ts";
import type { ChartSpec } from "./chart-spec.ts";
import { type CurveText, curves, curvesHeightPx, levelsFor } from "./curves.ts";
import { nameBy, rowsOf, type Series, seriesAlong } from "./series.ts";
import { barsHeightPx, throughputBars } from "./throughput-bars.ts";

const WIDTH_PX = 1040;

/** What fits on one line of a subtitle at this width. */
const SUBTITLE_CHARS = 150;

/** How many cells without a value a subtitle names. */
const UNDRAWN_NAMED = 2;

/** More bars or lines than this are no picture any more, and a canvas has a largest height. */
const MOST_DRAWN = 50;

/** Parameters that get a curve of their own where a scenario varies them, with their axis title. */
const CURVES: readonly (readonly [string, string])[] = [
  ["chunkSize", "chunk size (rows per statement)"],
  ["claimBatch", "claim batch (jobs per claim)"],
  ["pollInterval", "poll interval"],
];

/**
 * The charts of a result, scenario by scenario: the main metric as bars (one kind of work) or along
 * the DAG size (several), then a curve for each of chunk size, claim batch and poll interval that
 * has at least two values. A scenario without any value has no chart.
 */
export function chartsOf(result: Result): readonly ChartSpec[] {
  return scenarioViews(result).flatMap((view) => {
    const rows = rowsOf(view);
    if (rows.every((row) => row.value === undefined)) return [];
    return [
      view.work.includes("dagSize") ? sizeChart(result, view) : barChart(result, view),
      ...CURVES.flatMap(([parameter, xTitle]) => curveChart(result, view, parameter, xTitle)),
    ];
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
    widthPx: WIDTH_PX,
    heightPx: barsHeightPx(rows.length),
    config: throughputBars(
      view,
      rows,
      title,
      subtitleOf(result, view, cells, cutText("cells", rows.length, all.length)),
      valueTitle(view),
    ),
  };
}

/** As many of the best of each work as fit. */
function bestOfEachWork({ groups }: ScenarioView): readonly RankedCell[] {
  const share = Math.max(1, Math.floor(MOST_DRAWN / groups.length));
  return groups.flatMap(({ rows }) => rows.slice(0, share)).slice(0, MOST_DRAWN);
}

function cutText(what: string, drawn: number, all: number): readonly string[] {
  return drawn === all ? [] : [`Drawn: the best ${drawn} of ${formatCount(all)} ${what}`];
}

function sizeChart(result: Result, view: ScenarioView): ChartSpec {
  const series = seriesAlong(view, "dagSize", 1);
  return lineChart(result, view, "dagSize", series, {
    id: mainId(view),
    xTitle: "DAG size (jobs)",
    logarithmic: true,
  });
}

function curveChart(
  result: Result,
  view: ScenarioView,
  parameter: string,
  xTitle: string,
): readonly ChartSpec[] {
  const series = seriesAlong(view, parameter, 2);
  if (series.length === 0) return [];
  const id = `${idOf(view)}-${parameterLabel(parameter).replaceAll(" ", "-")}`;
  return [lineChart(result, view, parameter, series, { id, xTitle, logarithmic: false })];
}

function lineChart(
  result: Result,
  view: ScenarioView,
  parameter: string,
  all: readonly Series[],
  how: { id: string; xTitle: string; logarithmic: boolean },
): ChartSpec {
  // They come with the highest first.
  const series = higherIsBetter(view.main) ? all.slice(0, MOST_DRAWN) : all.slice(-MOST_DRAWN);
  const levels = levelsFor(view, parameter, series).slice(0, MOST_DRAWN);
  const cells = [...series.flatMap((one) => one.cells), ...levels];
  const { varying } = splitParameters(cells);
  const title = `${titleOf(view)}${byText([parameter])}`;
  const text: CurveText = {
    title,
    subtitle: subtitleOf(result, view, cells, [
      ...cutText("lines", series.length, all.length),
      ...undrawn(view),
    ]),
    names: [...view.settings, ...view.work].filter(
      (name) => name !== parameter && varying.includes(name),
    ),
    xTitle: how.xTitle,
    yTitle: valueTitle(view),
    xText: isDuration(parameter) ? formatMs : formatShort,
    logarithmic: how.logarithmic,
  };
  return {
    id: how.id,
    title,
    widthPx: WIDTH_PX,
    heightPx: curvesHeightPx(series.length + levels.length),
    config: curves(view, series, levels, text),
  };
}

/** What is the same everywhere and what the marks mean; then the machine; then what could not be drawn. */
function subtitleOf(
  result: Result,
  view: ScenarioView,
  cells: readonly Cell[],
  notDrawn: readonly string[],
): readonly string[] {
  const { cpu, cores, node, duckdb } = result.environment;
  const caption = captionOf(splitParameters(cells));
  const machine = `${printable(cpu)}, ${cores} cores · node ${node} · duckdb ${duckdb}`;
  const lines = [
    [caption, intervalText(cells, view.main)].filter((part) => part !== "").join(" · "),
    `${machine} · durability ${result.durability} · run ${result.id}`,
    ...notDrawn,
  ];
  return lines.map((line) => shortened(line, SUBTITLE_CHARS));
}

/** `median of 8 trials, whiskers: 95 % interval`. */
function intervalText(cells: readonly Cell[], metric: string): string {
  const values = cells.flatMap(({ status, summary }) =>
    status === "ok" ? (summary[metric] ?? []) : [],
  );
  const counts = values.map(({ n }) => n);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const range = least === most ? String(least) : `${least} to ${most}`;
  const trials = `median of ${range} ${most === 1 ? "trial" : "trials"}`;
  const some = values.some(({ ciLow, ciHigh }) => ciLow !== null && ciHigh !== null);
  return some ? `${trials}, whiskers: 95 % interval` : `${trials}, no interval`;
}

/** One line on the cells that a line chart cannot show. */
function undrawn(view: ScenarioView): readonly string[] {
  const rows = rowsOf(view).filter(({ value }) => value === undefined);
  if (rows.length === 0) return [];
  const named = rows
    .slice(0, UNDRAWN_NAMED)
    .map(
      ({ cell }) =>
        `${nameBy(view, cell, [...view.settings, ...view.work])}: ${messageOfCell(cell, view.main)}`,
    );
  const more = rows.length > UNDRAWN_NAMED ? [`and ${rows.length - UNDRAWN_NAMED} more`] : [];
  return [`Not drawn: ${[...named, ...more].join("; ")}`];
}

/** A file name's part: letters, digits and dashes of the scenario's name. */
function idOf(view: ScenarioView): string {
  return view.scenario.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

/** `submit-throughput`, `wake-latency-wake-p50`. */
function mainId(view: ScenarioView): string {
  return `${idOf(view)}-${whatIsShown(view)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")}`;
}

function titleOf(view: ScenarioView): string {
  const name = printable(view.scenario);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${whatIsShown(view)}`;
}

/** `throughput`, or another metric's heading. */
function whatIsShown({ main }: ScenarioView): string {
  return metricOf(main).unit.endsWith("/s") ? "throughput" : metricHeading(main);
}

/** ` by claim batch, wake and poll interval`. */
function byText(names: readonly string[]): string {
  const labels = names.map(parameterLabel);
  const last = labels.pop();
  if (last === undefined) return "";
  return labels.length === 0 ? ` by ${last}` : ` by ${labels.join(", ")} and ${last}`;
}

function valueTitle(view: ScenarioView): string {
  const { unit, better } = metricOf(view.main);
  return `${unit} (${better === "lower" ? "less" : "more"} is better)`;
}
