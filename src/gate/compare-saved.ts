/**
 * Two saved results, cell by cell. Their trials are no pairs: what changed on the machine between the two
 * sessions is in the ratio, and no statistics takes it out. Where both measured the calibration kernel,
 * each trial is divided by the kernel's of its block first, which takes the machine's speed out.
 */
import type { ComparisonCell, MetricComparison } from "../results/comparison.ts";
import { metricOf } from "../results/metric.ts";
import type { Pair } from "../results/pair.ts";
import type { Cell, Trial } from "../results/result.ts";
import { medianShift } from "../stats/mann-whitney.ts";
import type { SequentialRule } from "../stats/sequential.ts";
import { median } from "../stats/summary.ts";
import { compareCounters } from "./compare-counters.ts";
import { type JudgedCell, type PairsJudgement, textOf } from "./judge-pairs.ts";

/**
 * The kernel: a raw DuckDB loop over one connection, the queue's work without the queue. A cell of a
 * scenario, so that it is measured in the same blocks as the others.
 */
export const KERNEL_CELL = "write-contention jobs=5000 writer=raw workers=1 claimBatch=100";

/** One look, with half a percent of error on each side, as the paired rule has in all. */
const SAVED_CONFIDENCE = 0.99;

/** The trials of both sides of one cell. */
interface BothSides {
  readonly base: readonly Trial[];
  readonly head: readonly Trial[];
}

/** Compares the judged cells of two results; `byKernel` asks for the kernel's ratios in place of seconds. */
export function compareSaved(
  cells: readonly JudgedCell[],
  base: readonly Cell[],
  head: readonly Cell[],
  rule: Pick<SequentialRule, "toleratedRatio" | "fatalRatio">,
  byKernel: boolean,
): PairsJudgement {
  const kernel: BothSides = { base: kernelTrials(base), head: kernelTrials(head) };
  const sides = cells.map((cell) => ({ base: trialsOf(cell, base), head: trialsOf(cell, head) }));
  const problems = [
    ...(byKernel ? kernelGaps(kernel) : []),
    ...cells.flatMap((cell, i) => gapsOf(cell, sides[i] as BothSides)),
  ];
  const notes: string[] = [];
  const shown = cells.map((cell, i) => {
    const both = sides[i] as BothSides;
    const counters = compareCounters(cell.counters, zipped(both));
    notes.push(...counters.notes);
    const names = [...cell.gate, ...reportedNames(cell, both)];
    const metrics = names.flatMap(
      (metric) =>
        compareMetric(metric, cell.gate.includes(metric), both, byKernel ? kernel : null, rule) ??
        [],
    );
    return comparisonCell(cell, both, [...metrics, ...counters.metrics]);
  });
  return { verdict: verdictOf(shown, problems), cells: shown, problems: [...problems, ...notes] };
}

function comparisonCell(
  { scenario, parameters }: JudgedCell,
  { base, head }: BothSides,
  metrics: readonly MetricComparison[],
): ComparisonCell {
  const pairs = Math.min(base.length, head.length);
  return { scenario, parameters: { ...parameters }, pairs, metrics: [...metrics] };
}

function verdictOf(
  cells: readonly ComparisonCell[],
  problems: readonly string[],
): PairsJudgement["verdict"] {
  const judged = cells.flatMap(({ metrics }) => metrics.filter(({ role }) => role !== "reported"));
  if (problems.length > 0 || judged.length === 0) return "nothing-comparable";
  if (judged.some(({ verdict }) => verdict === "regression")) return "regression";
  return judged.every(({ verdict }) => verdict === "pass") ? "pass" : "inconclusive";
}

/** Whether two cells ask for the same work, whatever the order of their parameters. */
export function isSameCell(
  a: Pick<Cell, "scenario" | "parameters">,
  b: Pick<Cell, "scenario" | "parameters">,
): boolean {
  const names = Object.keys(a.parameters);
  return (
    a.scenario === b.scenario &&
    names.length === Object.keys(b.parameters).length &&
    names.every((name) => a.parameters[name] === b.parameters[name])
  );
}

function trialsOf(cell: JudgedCell, cells: readonly Cell[]): readonly Trial[] {
  return counted(cells.filter((one) => isSameCell(one, cell)));
}

function kernelTrials(cells: readonly Cell[]): readonly Trial[] {
  return counted(cells.filter(isKernel));
}

/** Whether a cell is {@link KERNEL_CELL}. */
export function isKernel({ scenario, parameters }: Pick<Cell, "scenario" | "parameters">): boolean {
  const [name, ...settings] = KERNEL_CELL.split(" ");
  const texts = Object.entries(parameters).map(([parameter, value]) => `${parameter}=${value}`);
  return scenario === name && texts.toSorted().join() === settings.toSorted().join();
}

/** Trials that count, in the order in which they were measured. */
function counted(cells: readonly Cell[]): readonly Trial[] {
  return cells
    .flatMap(({ trials }) => trials)
    .filter(({ spoiled, censored }) => spoiled === undefined && censored === undefined)
    .toSorted((a, b) => a.order - b.order);
}

function kernelGaps({ base, head }: BothSides): readonly string[] {
  const without = [
    ...(base.length === 0 ? ["the base"] : []),
    ...(head.length === 0 ? ["the head"] : []),
  ];
  return without.map(
    (side) =>
      `${side} has no figures of the calibration kernel, and seconds of two machines do not compare. bench gate --save-baseline measures them too`,
  );
}

function gapsOf(cell: JudgedCell, { base, head }: BothSides): readonly string[] {
  const name = textOf(cell);
  if (base.length === 0 || head.length === 0) {
    return [`${name}: not measured in the ${base.length === 0 ? "base" : "head"}`];
  }
  const works = ["jobs", "edges"].filter(
    (fact) => base[0]?.metrics[fact] !== head[0]?.metrics[fact],
  );
  const missing = cell.gate.filter(
    (metric) => ![...base, ...head].every(({ metrics }) => (metrics[metric] ?? 0) > 0),
  );
  return [
    ...works.map(
      (fact) =>
        `${name}: not the same work: ${base[0]?.metrics[fact]} ${fact} in the base, ${head[0]?.metrics[fact]} in the head`,
    ),
    ...missing.map((metric) => `${name}: ${metric} was not measured, or is 0, which has no ratio`),
  ];
}

/** Null where a side lacks the metric. */
function compareMetric(
  metric: string,
  gated: boolean,
  both: BothSides,
  kernel: BothSides | null,
  { toleratedRatio, fatalRatio }: Pick<SequentialRule, "toleratedRatio" | "fatalRatio">,
): MetricComparison | null {
  const [base, head] = [valuesOf(metric, both.base), valuesOf(metric, both.head)];
  if (base.length === 0 || head.length === 0) return null;
  const shown = {
    metric,
    role: gated ? "gated" : "reported",
    base: median(base),
    head: median(head),
    pairs: Math.min(base.length, head.length),
    verdict: gated ? "undecided" : "reported",
    smallestVisibleRatio: null,
  } as const;
  if (![...base, ...head].every((value) => value > 0)) {
    return { ...shown, ratio: null, interval: null };
  }
  const logs = [
    logCosts(metric, both.base, kernel?.base ?? null),
    logCosts(metric, both.head, kernel?.head ?? null),
  ] as const;
  if (logs[0].length === 0 || logs[1].length === 0)
    return { ...shown, ratio: null, interval: null };
  const { shift, interval } = medianShift(...logs, SAVED_CONFIDENCE);
  const ratio = Math.exp(shift);
  if (interval === null) return { ...shown, ratio, interval: null };
  const [low, high] = [Math.exp(interval.low), Math.exp(interval.high)];
  const worse = low > toleratedRatio ? "regression" : "undecided";
  return {
    ...shown,
    ratio,
    interval: { low, high },
    verdict: !gated ? "reported" : high < fatalRatio ? passOr(worse) : worse,
    smallestVisibleRatio: gated ? (toleratedRatio * ratio) / low : null,
  };
}

/** Between the two margins both may be shown; then it is a regression. */
function passOr(worse: "regression" | "undecided"): "regression" | "pass" {
  return worse === "regression" ? "regression" : "pass";
}

/** Logarithms of the costs, each over the kernel's trial of the same number. */
function logCosts(
  metric: string,
  trials: readonly Trial[],
  kernel: readonly Trial[] | null,
): readonly number[] {
  const sign = metricOf(metric).better === "higher" ? -1 : 1;
  const costs = valuesOf(metric, trials).map((value) => sign * Math.log(value));
  if (kernel === null) return costs;
  return costs.flatMap((cost, i) => {
    const kernelMs = kernel[i]?.metrics["drainMs"];
    return kernelMs === undefined ? [] : [cost - Math.log(kernelMs)];
  });
}

function valuesOf(metric: string, trials: readonly Trial[]): readonly number[] {
  return trials.flatMap(({ metrics }) => metrics[metric] ?? []);
}

/** The other metrics that have a better direction. */
function reportedNames({ gate }: JudgedCell, { head }: BothSides): readonly string[] {
  return Object.keys(head[0]?.metrics ?? {}).filter(
    (name) =>
      metricOf(name).better !== "none" && !metricOf(name).deterministic && !gate.includes(name),
  );
}

/** Counters know pairs only; any two trials are one. */
function zipped({ base, head }: BothSides): readonly Pair[] {
  return base.flatMap((one, number) => {
    const other = head[number];
    return other === undefined
      ? []
      : [{ cell: 0, number, first: "base" as const, base: one, head: other }];
  });
}
