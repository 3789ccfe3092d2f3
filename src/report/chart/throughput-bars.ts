/** The bar chart of one scenario at one size: a bar per cell, best first, with whiskers and values. */
import { metricOf } from "../../results/metric.ts";
import { formatInterval, shortFormat } from "../format-number.ts";
import { shortened } from "../printable.ts";
import { messageOfCell } from "../report-table.ts";
import type { RankedCell, ScenarioView } from "../scenario-view.ts";
import { valueAxis } from "./axis.ts";
import type { ChartConfig, ChartPoint } from "./chart-spec.ts";
import { barTexts, whiskers, whiteGround } from "./plugins.ts";
import { familyOf, nameBy } from "./series.ts";
import { baseOptions, FONT_PX, INK, PADDING_PX, seriesStyle } from "./style.ts";

const BAR_PX = 30;
const THIN_BAR_PX = 22;
const MANY_BARS = 16;
const AROUND_BARS_PX = 190;

/** Room at the right for the longest text beside a bar, which may be the longest bar. */
const TEXT_ROOM_PX = 110;

/** Length at which the reason for an absent bar is cut. */
const REASON_CHARS = 90;

/** The height in pixels that a bar chart of this many bars needs. */
export function barsHeightPx(bars: number): number {
  return AROUND_BARS_PX + bars * (bars > MANY_BARS ? THIN_BAR_PX : BAR_PX);
}

/** The configuration of a bar chart; cells without a value keep their line and say why. */
export function throughputBars(
  view: ScenarioView,
  rows: readonly RankedCell[],
  title: string,
  subtitle: readonly string[],
  valueTitle: string,
): ChartConfig {
  const points = rows.map((row) => pointOf(view, row));
  const values = points.flatMap((point) => point.high ?? point.x ?? []);
  const base = baseOptions(title, subtitle);
  return {
    type: "bar",
    data: {
      labels: points.map((point) => point.y),
      datasets: [
        {
          data: points,
          backgroundColor: rows.map((row) => seriesStyle(familyOf(view, row.cell), 0).color),
          maxBarThickness: 24,
          barPercentage: 0.72,
          categoryPercentage: 0.96,
          // A bar shorter than this would look like none.
          minBarLength: 2,
        },
      ],
    },
    options: {
      ...base,
      indexAxis: "y",
      layout: { padding: { ...PADDING_PX, right: TEXT_ROOM_PX } },
      scales: {
        x: valueAxis(valueTitle, [0, ...values], shortFormat(metricOf(view.main).unit), false),
        y: {
          type: "category",
          grid: { display: false },
          border: { color: INK.quiet },
          ticks: { autoSkip: false, color: INK.strong, font: { size: FONT_PX.normal } },
        },
      },
    },
    plugins: [whiteGround, whiskers, barTexts],
  };
}

function pointOf(view: ScenarioView, { cell, value }: RankedCell): ChartPoint {
  const y = nameBy(view, cell, [...view.settings, ...view.work]);
  if (value === undefined) {
    const text = shortened(messageOfCell(cell, view.main), REASON_CHARS);
    return { x: null, y, low: null, high: null, text };
  }
  const { median, ciLow, ciHigh } = value;
  const format = shortFormat(metricOf(view.main).unit);
  const text = `${format(median)} ${formatInterval(median, ciLow, ciHigh, format)}`.trimEnd();
  return { x: median, y, low: ciLow, high: ciHigh, text };
}
