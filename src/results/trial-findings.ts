/**
 * Findings about the order and the spread of trials: a slow start, single wild values, a trend.
 *
 * Each names its false-alarm rate by the constants below; a run has dozens of cells, so the rates
 * are far below the usual 5 %. All of them work on logarithms: rates and times then behave alike.
 */
import { studentTail } from "../stats/special.ts";
import { median, robustDeviation } from "../stats/summary.ts";
import { type TimedValue, trendOf } from "../stats/trend.ts";
import { countText, percentText, plural, timesText } from "./evidence-text.ts";
import type { Finding } from "./finding.ts";
import { METRICS, type MetricName } from "./metric.ts";
import type { Cell, Trial } from "./result.ts";

/** How rarely a cell, or a scenario, without the effect may be accused of it. */
const FALSE_ALARM = 0.001;

/** Effects smaller than this are not worth a line, however certain. */
const SMALLEST_EFFECT = 0.1;

/** A drift concerns all trials: less of it matters. */
const SMALLEST_DRIFT = 0.03;

/** Fewer trials have no spread to speak of. */
const FEWEST_FOR_FIRST = 4;
const FEWEST_FOR_OUTLIERS = 8;

/** Robust deviations from the median beyond which a trial is an outlier. */
const OUTLIER_DEVIATIONS = 5;

/** A spread below this is the clock's, not the machine's. */
const SMALLEST_DEVIATION = 0.01;

/** The findings of one cell by one of its metrics. */
export function cellTrialFindings(cell: Cell, metric: MetricName): Finding[] {
  const series = logSeries(cell, metric);
  const first = slowFirst(series, METRICS[metric].better === "higher" ? -1 : 1);
  const outliers = outliersOf(first === null ? series : series.slice(1));
  const place = { scenario: cell.scenario, cell: cell.parameters, metric };
  return [
    ...(first === null ? [] : [{ ...place, ...first }]),
    ...(outliers === null ? [] : [{ ...place, ...outliers }]),
  ];
}

/** The drift of one scenario, all its cells together, by one metric. */
export function driftFindings(
  scenario: string,
  cells: readonly Cell[],
  metric: MetricName,
): Finding[] {
  const series = cells.map((cell) => logSeries(cell, metric)).filter(({ length }) => length > 1);
  const trend = trendOf(series);
  if (trend === null || trend.pValue >= FALSE_ALARM) return [];
  const times = series.flat().map(({ at }) => at);
  const change = Math.exp(trend.slope * (Math.max(...times) - Math.min(...times))) - 1;
  if (Math.abs(change) < SMALLEST_DRIFT) return [];
  const direction = change < 0 ? "fell" : "rose";
  return [
    {
      kind: "drift",
      scenario,
      metric,
      evidence: `${direction} by ${percentText(Math.abs(change))} from the first trial to the last (${plural(times.length, "trial")} of ${plural(series.length, "cell")}, chance ${chanceText(trend.pValue)})`,
      advice:
        "the machine changed under the run (heat, a filling disk, other work): trust the order of the cells, not the figures, and run again",
    },
  ];
}

type FindingText = Pick<Finding, "kind" | "evidence" | "advice">;

/** The first trial is the worst by far; `worse` is the sign of a change for the worse. */
function slowFirst(series: readonly TimedValue[], worse: 1 | -1): FindingText | null {
  const [first, ...rest] = series;
  if (first === undefined || series.length < FEWEST_FOR_FIRST) return null;
  const others = rest.map(({ value }) => value);
  const effect = worse * (first.value - median(others));
  if (effect < Math.log1p(SMALLEST_EFFECT)) return null;
  const { mean, deviation } = momentsOf(others);
  const spread = Math.max(deviation, SMALLEST_DEVIATION) * Math.sqrt(1 + 1 / others.length);
  const chance = studentTail((worse * (first.value - mean)) / spread, others.length - 1);
  if (chance >= FALSE_ALARM) return null;
  return {
    kind: "slow-first-trial",
    evidence: `the first trial was ${timesText(Math.exp(effect))} worse than the median of the other ${countText(others.length)} (chance ${chanceText(chance)})`,
    advice: "caches were cold: look at the median, and give more trials if the first one matters",
  };
}

function outliersOf(series: readonly TimedValue[]): FindingText | null {
  if (series.length < FEWEST_FOR_OUTLIERS) return null;
  const values = series.map(({ value }) => value);
  const middle = median(values);
  const deviation = Math.max(robustDeviation(values), SMALLEST_DEVIATION);
  const limit = Math.max(OUTLIER_DEVIATIONS * deviation, Math.log1p(SMALLEST_EFFECT));
  const distances = values.map((value) => Math.abs(value - middle)).filter((far) => far > limit);
  if (distances.length === 0) return null;
  const verb = distances.length === 1 ? "lies" : "lie";
  return {
    kind: "outliers",
    evidence: `${countText(distances.length)} of ${plural(values.length, "trial")} ${verb} more than ${OUTLIER_DEVIATIONS} robust deviations (${percentText(deviation)} each) from the median, the furthest by ${timesText(Math.exp(Math.max(...distances)))}`,
    advice: "something else ran on the machine: the median stands, means and extremes do not",
  };
}

/** The logarithms of one metric in the order of measuring; trials that were cut or have no positive value are left out. */
function logSeries(cell: Cell, metric: MetricName): TimedValue[] {
  return cell.trials.flatMap((trial) => timedLog(trial, metric)).toSorted((a, b) => a.at - b.at);
}

function timedLog({ censored, metrics, order }: Trial, metric: MetricName): TimedValue[] {
  const value = metrics[metric];
  if (censored !== undefined || value === undefined || value <= 0) return [];
  return [{ at: order, value: Math.log(value) }];
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}

/** `0.0004`, and `below 0.0001` for what no reader tells apart. */
function chanceText(p: number): string {
  return p < 1e-4 ? "below 0.0001" : String(Number(p.toPrecision(1)));
}
