/** The bar chart of one scenario at one size: a bar per cell, best first, with whiskers and values. */
import { metricOf } from "../../results/metric.ts";
import { formatInterval, shortFormat } from "../format-number.ts";
import { shortened } from "../printable.ts";
import { messageOfCell } from "../report-table.ts";
import type { RankedCell, ScenarioView } from "../scenario-view.ts";
import type { ChartConfig, ChartPoint } from "./chart-spec.ts";
import { familyOf, nameBy } from "./series.ts";
import { seriesStyle } from "./style.ts";
import { valueBars } from "./value-bars.ts";

/** Length at which the reason for an absent bar is cut. */
const REASON_CHARS = 90;

/** The configuration of a bar chart; cells without a value keep their line and say why. */
export function throughputBars(
  view: ScenarioView,
  rows: readonly RankedCell[],
  title: string,
  subtitle: readonly string[],
  valueTitle: string,
): ChartConfig {
  const { unit } = metricOf(view.main);
  return valueBars({
    title,
    subtitle,
    points: rows.map((row) => pointOf(view, row)),
    colors: rows.map((row) => seriesStyle(familyOf(view, row.cell), 0).color),
    axis: { title: valueTitle, format: shortFormat(unit), logarithmic: false },
  });
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
