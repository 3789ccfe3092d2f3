/** Line charts: the main metric along one parameter, one line for each setting of the others. */
import type { Cell } from "../../results/result.ts";
import type { ScenarioView } from "../scenario-view.ts";
import { measuredAxis, valueAxis } from "./axis.ts";
import type { ChartConfig, ChartPoint } from "./chart-spec.ts";
import { LEGEND_BOX_PX, LEGEND_MAX_PX, legendMarks } from "./legend-marks.ts";
import { whiskers, whiteGround } from "./plugins.ts";
import { familyOf, nameBy, rowsOf, type Series } from "./series.ts";
import { baseOptions, FONT_FAMILY, FONT_PX, INK, type Mark, seriesStyle } from "./style.ts";

const CURVE_HEIGHT_PX = 540;
const LEGEND_LINE_PX = 19;
const AROUND_LEGEND_PX = 130;
const FEW_SERIES = 12;

/** The words and axes of a line chart. */
export interface CurveText {
  readonly title: string;
  readonly subtitle: readonly string[];
  /** The parameters that tell the lines apart. */
  readonly names: readonly string[];
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xText: (value: number) => string;
  readonly yText: (value: number) => string;
  /** Whether the values are shown by ratio even where they are of one order. */
  readonly logarithmic: boolean;
}

/** The height in pixels that a line chart with this many lines needs to name them all. */
export function curvesHeightPx(lines: number): number {
  return Math.max(CURVE_HEIGHT_PX, AROUND_LEGEND_PX + lines * LEGEND_LINE_PX);
}

/** The configuration of a line chart. `levels` are cells without the parameter: dashed, level lines to compare with. */
export function curves(
  view: ScenarioView,
  series: readonly Series[],
  levels: readonly Cell[],
  text: CurveText,
): ChartConfig {
  const xs = series.flatMap(({ points }) => points.map((point) => Number(point.x)));
  const datasets = [
    ...members(view, series, text.names),
    ...levels.map((cell) => levelOf(view, cell, text.names, xs)),
  ].sort((a, b) => lastValue(b.data) - lastValue(a.data));
  return lineConfig(datasets, { ...text, xs });
}

/** The words and axes of lines that are named already. */
export interface LineText extends Omit<CurveText, "names"> {
  /** Where the horizontal axis has its ticks. */
  readonly xs: readonly number[];
  /** Whether these stand at even distances, however far apart they are. */
  readonly even?: boolean;
}

/** The configuration of a line chart from its lines. */
export function lineConfig(datasets: readonly Dataset[], text: LineText): ChartConfig {
  const ys = datasets.flatMap(({ data }) =>
    data.flatMap((point) => [Number(point.y), point.low ?? [], point.high ?? []].flat()),
  );
  const base = baseOptions(text.title, text.subtitle);
  return {
    type: "line",
    data: { datasets: [...datasets] },
    options: {
      ...base,
      plugins: { ...base.plugins, legend: legendFor(datasets.length) },
      scales: {
        x: measuredAxis(text.xTitle, text.xs, text.xText, text.even === true),
        y: valueAxis(text.yTitle, ys, text.yText, text.logarithmic),
      },
    },
    plugins: [whiteGround, whiskers, legendMarks],
  };
}

/** The part of a Chart.js line that is set here. */
export interface Dataset {
  label: string;
  data: ChartPoint[];
  borderColor: string;
  backgroundColor: string;
  borderWidth: number;
  borderDash: number[];
  /** To begin in the middle of a dash. */
  borderDashOffset: number;
  pointStyle: Mark | false;
  pointRadius: number;
  pointBorderWidth: number;
}

/** The lines, each with its number among those of its colour, so that no two look the same (up to 160). */
function members(
  view: ScenarioView,
  series: readonly Series[],
  names: readonly string[],
): readonly Dataset[] {
  const seen = new Map<string, number>();
  return series.map(({ cells, points, family }) => {
    const { color } = seriesStyle(family, 0);
    const member = seen.get(color) ?? 0;
    seen.set(color, member + 1);
    const name = cells[0] === undefined ? "" : nameBy(view, cells[0], names);
    return lineOf(name, points, family, member, series.length);
  });
}

/** A line. Its family gives the colour, and its number in that family mark and dash; many lines are thinner. */
export function lineOf(
  name: string,
  points: readonly ChartPoint[],
  family: number,
  member: number,
  lines: number,
): Dataset {
  const { color, mark, dash } = seriesStyle(family, member);
  const few = lines <= FEW_SERIES;
  return {
    label: name,
    data: [...points],
    borderColor: color,
    backgroundColor: color,
    borderWidth: few ? 2.25 : 1.5,
    borderDash: dash,
    borderDashOffset: (dash[0] ?? 0) / 2,
    pointStyle: mark,
    pointRadius: few ? 3.5 : 3,
    pointBorderWidth: 1.5,
  };
}

/** Of level lines; see style.ts about dashes. */
const LEVEL_DASH: [number, number] = [6, 4];

/** A cell that knows nothing of the parameter, as a level line over the whole width. */
function levelOf(
  view: ScenarioView,
  cell: Cell,
  names: readonly string[],
  xs: readonly number[],
): Dataset {
  const median = cell.summary[view.main]?.median ?? 0;
  const points = [Math.min(...xs), Math.max(...xs)].map((x) => ({
    x,
    y: median,
    low: null,
    high: null,
  }));
  return {
    ...lineOf(nameBy(view, cell, names), points, familyOf(view, cell), 0, 1),
    borderWidth: 1.5,
    borderDash: LEVEL_DASH,
    borderDashOffset: LEVEL_DASH[0] / 2,
    pointRadius: 0,
    pointStyle: false,
  };
}

function lastValue(points: readonly ChartPoint[]): number {
  return Number(points.at(-1)?.y ?? 0);
}

/** No legend for one line (the subtitle says what it is); otherwise at the right, in the order of the lines' ends. */
function legendFor(lines: number) {
  return {
    display: lines > 1,
    position: "right" as const,
    align: "start" as const,
    fullSize: false,
    // Chart.js would leave it a quarter of the picture, and cut longer names off.
    maxWidth: LEGEND_MAX_PX,
    labels: {
      // A box without height is a line with the series' dash; `legendMarks` adds the mark.
      boxWidth: LEGEND_BOX_PX,
      boxHeight: 0,
      padding: lines <= FEW_SERIES ? 10 : 5,
      color: INK.strong,
      font: { family: FONT_FAMILY, size: FONT_PX.small },
    },
  };
}

/**
 * Cells without `parameter` that differ from some line in one other setting only: what the reader
 * will want to compare the lines with (the appender beside chunk sizes, notices beside polling).
 */
export function levelsFor(
  view: ScenarioView,
  parameter: string,
  series: readonly Series[],
): readonly Cell[] {
  const others = [...view.settings, ...view.work].filter((name) => name !== parameter);
  const near = (a: Cell, b: Cell): boolean =>
    others.filter((name) => a.parameters[name] !== b.parameters[name]).length <= 1;
  return rowsOf(view).flatMap(({ cell, value }) =>
    value !== undefined &&
    cell.parameters[parameter] === undefined &&
    series.some(({ cells }) => cells.some((other) => near(cell, other)))
      ? [cell]
      : [],
  );
}
