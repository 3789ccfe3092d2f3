/** Latency percentiles: one line for each cell, the rarer the latency the further to the right. */
import type { Result } from "../../results/result.ts";
import { formatMs } from "../format-number.ts";
import { metricTitle } from "../metric-label.ts";
import { splitParameters } from "../parameters.ts";
import type { ScenarioView } from "../scenario-view.ts";
import type { ChartSpec } from "./chart-spec.ts";
import { cutText, idOf, nameOf, subtitleOf } from "./chart-text.ts";
import { curves, curvesHeightPx } from "./curves.ts";
import { latencyNames, latencyProfile, percentileName } from "./latency-profile.ts";
import { familyOf, rowsOf } from "./series.ts";

/** How many latencies of one scenario get a chart: those that its metrics name first. */
const MOST_CHARTS = 2;

/** The charts of a scenario's latencies, at most `mostLines` lines each; its cells come from `withLatencies`. */
export function latencyCharts(
  result: Result,
  view: ScenarioView,
  widthPx: number,
  mostLines: number,
): readonly ChartSpec[] {
  const cells = rowsOf(view).map(({ cell }) => cell);
  const metrics = [view.main, ...view.secondary];
  return latencyNames(cells)
    .filter((name) => metrics.some((metric) => metric.startsWith(`${name}P`)))
    .slice(0, MOST_CHARTS)
    .map((name) => latencyChart(result, view, name, { widthPx, mostLines }));
}

function latencyChart(
  result: Result,
  view: ScenarioView,
  name: string,
  { widthPx, mostLines }: { readonly widthPx: number; readonly mostLines: number },
): ChartSpec {
  const all = rowsOf(view).flatMap(({ cell, value }) => {
    const profile = latencyProfile(cell, name);
    return value === undefined || profile.length < 2 ? [] : [{ cell, profile }];
  });
  const drawn = all.slice(0, mostLines);
  const cells = drawn.map(({ cell }) => cell);
  // Where cells differ in their work alone, such as in the rate of a load, they are no family.
  const ownColors = view.settings.length === 0;
  const series = drawn.map(({ cell, profile }) => ({
    cells: [cell],
    family: ownColors ? result.cells.indexOf(cell) : familyOf(view, cell),
    points: profile.map(({ percentile, value }) => ({
      x: rarityOf(percentile),
      y: value.median,
      low: value.ciLow,
      high: value.ciHigh,
    })),
  }));
  const what = metricTitle(name);
  const title = `${nameOf(view)}: ${what === "latency" ? what : `${what} latency`} by percentile`;
  const metric = percentileName(name, 50);
  return {
    id: `${idOf(view)}-${what.replaceAll(/[^a-z0-9]+/g, "-")}-percentiles`,
    title,
    unit: "ms",
    widthPx,
    heightPx: curvesHeightPx(series.length),
    config: curves(view, series, [], {
      title,
      subtitle: subtitleOf(result, cells, metric, cutText("cells", drawn.length, all.length)),
      names: splitParameters(cells).varying,
      xTitle: "percentile",
      yTitle: "latency (less is better)",
      xText: percentileText,
      yText: formatMs,
      logarithmic: true,
    }),
  };
}

/** One in how many is slower: the 99th percentile is at 100, the 99.9th at 1,000. */
function rarityOf(percentile: number): number {
  return Number((100 / (100 - percentile)).toPrecision(6));
}

/** The percentile back from its place on the axis: `p99.9`. */
function percentileText(rarity: number): string {
  return `p${Number((100 - 100 / rarity).toPrecision(6))}`;
}
