/** Bars on their side, one for each point in the order given, with whiskers and a text at the end of each. */
import { valueAxis } from "./axis.ts";
import type { ChartConfig, ChartPoint } from "./chart-spec.ts";
import { barTexts, whiskers, whiteGround } from "./plugins.ts";
import { baseOptions, FONT_PX, INK, PADDING_PX } from "./style.ts";

const BAR_PX = 30;
const THIN_BAR_PX = 22;
const MANY_BARS = 16;
const AROUND_BARS_PX = 190;

/** Room at the right for the longest text beside a bar, which may be the longest bar. */
const TEXT_ROOM_PX = 110;

/** What the bars show. */
export interface ValueBars {
  readonly title: string;
  readonly subtitle: readonly string[];
  readonly points: readonly ChartPoint[];
  /** One for each point. */
  readonly colors: readonly string[];
  readonly axis: {
    readonly title: string;
    readonly format: (value: number) => string;
    readonly logarithmic: boolean;
  };
}

/** The height in pixels that a bar chart of this many bars needs. */
export function barsHeightPx(bars: number): number {
  return AROUND_BARS_PX + bars * (bars > MANY_BARS ? THIN_BAR_PX : BAR_PX);
}

/** The configuration of the chart. */
export function valueBars({ title, subtitle, points, colors, axis }: ValueBars): ChartConfig {
  const values = points.flatMap((point) => point.high ?? point.x ?? []);
  const base = baseOptions(title, subtitle);
  return {
    type: "bar",
    data: {
      labels: points.map((point) => point.y),
      datasets: [
        {
          data: [...points],
          backgroundColor: [...colors],
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
        x: valueAxis(
          axis.title,
          [axis.logarithmic ? 1 : 0, ...values],
          axis.format,
          axis.logarithmic,
        ),
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
