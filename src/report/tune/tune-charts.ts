/** A picture for each choice of a tuning: how many times as long as the best each candidate took. */
import type { TuneChoice, TuneResult } from "../../results/tune-result.ts";
import type { ChartPoint, ChartSpec } from "../chart/chart-spec.ts";
import { curvesHeightPx, lineConfig, lineOf } from "../chart/curves.ts";
import { formatCount, formatRatio, formatShort } from "../format-number.ts";
import { metricTitle } from "../metric-label.ts";
import { printable } from "../printable.ts";

const WIDTH_PX = 900;

/** In the order of the choices; one with fewer than two values to draw along has none. */
export function tuneCharts(result: TuneResult): readonly ChartSpec[] {
  return result.choices.flatMap((choice) => chartOf(result, choice) ?? []);
}

function chartOf(result: TuneResult, choice: TuneChoice): ChartSpec | undefined {
  const ways = linesOf(choice);
  const xs = ways.flatMap(({ points }) => points.map(({ x }) => Number(x)));
  if (new Set(xs).size < 2) return undefined;
  const datasets = ways.map(({ way, points }, place) => lineOf(way, points, place, 0, ways.length));
  const { cpu, cores } = result.environment;
  return {
    id: `tune-${choice.setting}`,
    title: choice.question,
    unit: "ratio",
    widthPx: WIDTH_PX,
    heightPx: curvesHeightPx(datasets.length),
    config: lineConfig(datasets, {
      title: choice.question,
      subtitle: [
        `${choice.setting}: ${valuesText(choice)} · median ratio of ${formatCount(result.trialsPerCell)} trials each, whiskers: 99 % interval`,
        [
          ...choice.candidates.flatMap(({ value, label }) => (value > 0 ? [] : [`1x: ${label}`])),
          `${printable(cpu)}, ${cores} cores · durability ${result.durability} · run ${result.id}`,
        ].join(" · "),
      ],
      xTitle:
        choice.crossovers.length > 0
          ? "rows of a submission"
          : `${choice.setting} (${choice.unit})`,
      yTitle: `${metricTitle(choice.metric)}, times the best (1 is best)`,
      xText: formatShort,
      yText: formatRatio,
      xs,
      logarithmic: true,
    }),
  };
}

/** A line for each way; what has no place along the axis, as notices have no interval, is the best that others are compared with. */
function linesOf({ candidates, setting }: TuneChoice) {
  const placed = candidates.filter(({ value }) => value > 0);
  return [...new Set(placed.map(({ way }) => way))].map((way) => ({
    way: way ?? setting,
    points: placed
      .filter((candidate) => candidate.way === way)
      .sort((a, b) => a.value - b.value)
      .map(
        ({ value, toBest: { ratio, low, high } }): ChartPoint => ({
          x: value,
          y: ratio,
          // The best against itself is sure.
          low: ratio > 1 ? low : null,
          high: ratio > 1 ? high : null,
        }),
      ),
  }));
}

function valuesText({ shipped, memo, chosen }: TuneChoice): string {
  const memoText = memo === null ? "" : `memo ${formatCount(memo)} · `;
  return `${memoText}shipped ${formatCount(shipped)} · take ${formatCount(chosen)}`;
}
