/** What spoils a cell's numbers: too few trials, a cold start, wild values, drift, changed scatter. */

import { drift } from "../stats/drift.ts";
import { outliers, slowFirst } from "../stats/outliers.ts";
import { spreadChange } from "../stats/spread.ts";
import { median } from "../stats/summary.ts";
import type { Finding } from "./finding.ts";
import { metricOf } from "./metric.ts";
import { count, factor, figure, percent, probability } from "./phrases.ts";
import type { Cell } from "./result.ts";
import { completedTrials, metricValues } from "./summarize.ts";

/** Below this no pair of order statistics covers the median with 95 %. */
const MIN_TRIALS = 6;
/** Fewer trials leave too little of a cell after its own median is taken out. */
const MIN_TRIALS_POOLED = 3;

/** Findings about the trials of one scenario, judged by one metric. */
export function trialFindings(scenario: string, cells: readonly Cell[], metric: string): Finding[] {
  const samples = cells
    .map((cell) => ({ cell, values: metricValues(cell.trials, metric) }))
    .filter(({ values }) => values.length > 0);
  return [
    ...tooFew(scenario, metric, samples),
    ...samples.flatMap((sample) => {
      const cold = coldStart(scenario, metric, sample);
      // A slow first trial is told once: the rest are judged without it.
      const values = sample.values.slice(cold.length);
      return [...cold, ...wildValues(scenario, metric, { ...sample, values })];
    }),
    ...overTime(scenario, metric, cells),
  ];
}

interface Sample {
  readonly cell: Cell;
  /** In the order in which the trials ran. */
  readonly values: readonly number[];
}

function tooFew(scenario: string, metric: string, samples: readonly Sample[]): Finding[] {
  const sizes = samples.map(({ values }) => values.length);
  const small = sizes.filter((size) => size < MIN_TRIALS).length;
  if (small === 0) {
    return [];
  }
  const fewestTrials = Math.min(...sizes);
  return [
    {
      kind: "too-few-trials",
      scenario,
      metric,
      evidence:
        `${small} of ${count(samples.length, "cell")} ${small === 1 ? "has" : "have"} fewer than ` +
        `${MIN_TRIALS} trials (the fewest: ${fewestTrials}), which is too few for an interval`,
      values: { smallCells: small, cells: samples.length, fewestTrials },
      advice: `give --trials ${MIN_TRIALS} or more, or a larger --budget`,
    },
  ];
}

function coldStart(scenario: string, metric: string, { cell, values }: Sample): Finding[] {
  const ratio = slowFirst(values, metricOf(metric).better === "higher" ? "lower" : "higher");
  return ratio === null
    ? []
    : [
        {
          kind: "slow-first-trial",
          scenario,
          cell: cell.parameters,
          metric,
          evidence: `the first trial is ${factor(ratio)} the median of the ${values.length - 1} after it`,
          values: { firstToRestRatio: ratio, trials: values.length },
          advice: "something was cold (disk cache, CPU clock): the median hardly feels it",
        },
      ];
}

function wildValues(scenario: string, metric: string, { cell, values }: Sample): Finding[] {
  const wild = outliers(values);
  if (wild.length === 0) {
    return [];
  }
  const center = median(values);
  const farthest = wild.reduce((a, b) => (Math.abs(b.score) > Math.abs(a.score) ? b : a));
  return [
    {
      kind: "outliers",
      scenario,
      cell: cell.parameters,
      metric,
      evidence:
        `${wild.length} of ${count(values.length, "trial")} far from the median ${figure(center)}; the ` +
        `farthest: ${figure(farthest.value)} ${metricOf(metric).unit}, ` +
        `${figure(Math.abs(farthest.score))} robust standard deviations away`,
      values: {
        outliers: wild.length,
        trials: values.length,
        farthest: farthest.value,
        farthestScore: farthest.score,
      },
      advice:
        "see whether other work ran at that time; medians and intervals resist single outliers",
    },
  ];
}

/**
 * Drift and changed scatter belong to the machine, not to a cell: the trials of all cells, each
 * relative to its cell's median, are judged together in the order in which they ran.
 */
function overTime(scenario: string, metric: string, cells: readonly Cell[]): Finding[] {
  const relative = pooled(cells, metric);
  const trend = drift(relative);
  const half = Math.floor(relative.length / 2);
  const scatter = spreadChange(relative.slice(0, half), relative.slice(half));
  const findings: Finding[] = [];
  if (trend !== null) {
    findings.push({
      kind: "drift",
      scenario,
      metric,
      evidence:
        `over ${count(relative.length, "trial")} it ${trend.relativeChange > 0 ? "rose" : "fell"} ` +
        `by ${percent(Math.abs(trend.relativeChange))} (${probability(trend.pValue)})`,
      values: {
        relativeChange: trend.relativeChange,
        pValue: trend.pValue,
        trials: relative.length,
      },
      advice:
        "the machine changed while measuring (heat, a filling disk, other work): cells stay comparable, as blocks are shuffled, other runs do not",
    });
  }
  if (scatter !== null) {
    findings.push({
      kind: "spread-changed",
      scenario,
      metric,
      evidence: `the scatter of the second half of the trials is ${factor(scatter.ratio)} that of the first (${probability(scatter.pValue)})`,
      values: { spreadRatio: scatter.ratio, pValue: scatter.pValue, trials: relative.length },
      advice: "other work began or ended during the run: run again on a quiet machine",
    });
  }
  return findings;
}

function pooled(cells: readonly Cell[], metric: string): number[] {
  const values = cells.flatMap(({ trials }) => {
    const center = metricValues(trials, metric);
    if (center.length < MIN_TRIALS_POOLED || median(center) === 0) {
      return [];
    }
    return completedTrials(trials).flatMap(({ order, metrics }) => {
      const value = metrics[metric];
      return value === undefined ? [] : [{ order, value: value / median(center) }];
    });
  });
  return values.sort((a, b) => a.order - b.order).map(({ value }) => value);
}
