/** Pairs in, judgement out: asked after every block, and once more at the end. */
import type { ComparisonCell, MetricComparison } from "../results/comparison.ts";
import { metricOf } from "../results/metric.ts";
import type { Pair } from "../results/pair.ts";
import type { ParameterValue } from "../results/result.ts";
import { estimateDifference, pairedSample } from "../stats/compare.ts";
import { type Judgement, judge, type SequentialRule } from "../stats/sequential.ts";
import { median } from "../stats/summary.ts";
import { compareCounters } from "./compare-counters.ts";
import { pairSlowdown } from "./pair-slowdown.ts";

/** A cell with what decides about it. */
export interface JudgedCell {
  readonly scenario: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Metrics that the sequential rule judges. */
  readonly gate: readonly string[];
  /** Deterministic metrics that one pair judges; those that the cell does not have are skipped. */
  readonly counters: readonly string[];
}

/** What the pairs show so far. */
export interface PairsJudgement {
  readonly verdict: "regression" | "pass" | "continue" | "inconclusive" | "nothing-comparable";
  readonly cells: readonly ComparisonCell[];
  /** Why nothing can be compared, and which counters did not stay the same. */
  readonly problems: readonly string[];
}

/** More pairs than this are not needed for an estimate, and exact tests count no further. */
const MAX_ESTIMATED_PAIRS = 50;

/** See the file's head. Spoiled pairs count nowhere. */
export function judgePairs(
  cells: readonly JudgedCell[],
  pairs: readonly Pair[],
  rule: SequentialRule,
): PairsJudgement {
  const counted = cells.map((_, index) =>
    pairs.filter(({ cell, spoiled }) => cell === index && spoiled === undefined),
  );
  const blocks = Math.min(...counted.map(({ length }) => length));
  const problems = cells.flatMap((cell, i) => gapsOf(cell, counted[i] ?? []));
  const counters = cells.map((cell, i) => compareCounters(cell.counters, counted[i] ?? []));
  const look = rule.looks.findLast(({ pairs: n }) => n <= blocks)?.pairs ?? null;
  const timed =
    look === null || problems.length > 0 ? null : judgeTimes(cells, counted, look, rule);
  const shown = cells.map((cell, i) => ({
    scenario: cell.scenario,
    parameters: { ...cell.parameters },
    pairs: counted[i]?.length ?? 0,
    metrics: [
      ...cell.gate.flatMap((metric) => gatedMetric(metric, i, counted[i] ?? [], timed)),
      ...(counters[i]?.metrics ?? []),
      ...reportedMetrics(cell, counted[i] ?? []),
    ],
  }));
  const verdict = verdictOf(cells, shown, problems, timed, look === blocks);
  return { verdict, cells: shown, problems: [...problems, ...counters.flatMap((c) => c.notes)] };
}

function verdictOf(
  cells: readonly JudgedCell[],
  shown: readonly ComparisonCell[],
  problems: readonly string[],
  timed: Judgement | null,
  atLook: boolean,
): PairsJudgement["verdict"] {
  if (problems.length > 0) return "nothing-comparable";
  const counters = shown.flatMap(({ metrics }) => metrics.filter(({ role }) => role === "counter"));
  if (counters.some(({ verdict }) => verdict === "regression")) return "regression";
  if (cells.every(({ gate }) => gate.length === 0)) {
    // Counters alone need one pair, and there must be one to need.
    return counters.length > 0 ? "pass" : "nothing-comparable";
  }
  if (timed === null) return "continue";
  if (timed.verdict === "inconclusive") return "inconclusive";
  // Between two looks nothing is decided: that is what keeps peeking honest.
  return atLook ? timed.verdict : "continue";
}

/** What keeps a cell from being compared, in words. */
function gapsOf(cell: JudgedCell, pairs: readonly Pair[]): readonly string[] {
  return pairs.slice(0, 1).flatMap(({ base, head }) => {
    const name = textOf(cell);
    const gaps = ["jobs", "edges"]
      .filter((fact) => base.metrics[fact] !== head.metrics[fact])
      .map(
        (fact) =>
          `${name}: not the same work: ${base.metrics[fact]} ${fact} in the base, ${head.metrics[fact]} in the head`,
      );
    const missing = cell.gate
      .filter((metric) => !(metricIn(base.metrics, metric) && metricIn(head.metrics, metric)))
      .map((metric) => `${name}: ${metric} was not measured, or is 0, which has no ratio`);
    return [...gaps, ...missing];
  });
}

function metricIn(metrics: Readonly<Record<string, number>>, name: string): boolean {
  return (metrics[name] ?? 0) > 0;
}

function judgeTimes(
  cells: readonly JudgedCell[],
  counted: readonly (readonly Pair[])[],
  look: number,
  rule: SequentialRule,
): Judgement | null {
  const slowdowns = cells.flatMap(({ gate }, i) =>
    gate.map((metric) => [keyOf(i, metric), slowdownsOf(metric, counted[i] ?? [])] as const),
  );
  if (slowdowns.length === 0) return null;
  return judge(
    Object.fromEntries(slowdowns.map(([key, values]) => [key, values.slice(0, look)])),
    rule,
  );
}

function keyOf(cell: number, metric: string): string {
  return `${cell} ${metric}`;
}

function gatedMetric(
  metric: string,
  cell: number,
  pairs: readonly Pair[],
  timed: Judgement | null,
): MetricComparison[] {
  const estimated = estimatedMetric(metric, pairs);
  if (estimated === null) return [];
  const judged = timed?.metrics[keyOf(cell, metric)];
  return [
    {
      ...estimated,
      role: "gated",
      verdict: judged?.verdict ?? "undecided",
      smallestVisibleRatio: judged?.smallestVisibleRatio ?? null,
    },
  ];
}

/** The other metrics that have a better direction and were measured on both sides. */
function reportedMetrics(cell: JudgedCell, pairs: readonly Pair[]): MetricComparison[] {
  const names = Object.keys(pairs[0]?.head.metrics ?? {}).filter(
    (name) =>
      metricOf(name).better !== "none" &&
      !metricOf(name).deterministic &&
      !cell.gate.includes(name),
  );
  return names.flatMap((name) => estimatedMetric(name, pairs) ?? []);
}

/** Medians, ratio and interval; null where a pair lacks the metric. */
function estimatedMetric(metric: string, pairs: readonly Pair[]): MetricComparison | null {
  const base = pairs.flatMap(({ base: { metrics } }) => metrics[metric] ?? []);
  const head = pairs.flatMap(({ head: { metrics } }) => metrics[metric] ?? []);
  if (pairs.length === 0 || base.length !== pairs.length || head.length !== pairs.length) {
    return null;
  }
  const shown = {
    metric,
    role: "reported",
    base: median(base),
    head: median(head),
    pairs: pairs.length,
    verdict: "reported",
    smallestVisibleRatio: null,
  } as const;
  if (![...base, ...head].every((value) => value > 0)) {
    return { ...shown, ratio: null, interval: null };
  }
  const recent = slowdownsOf(metric, pairs.slice(-MAX_ESTIMATED_PAIRS));
  const { estimate, interval } = estimateDifference(pairedSample(recent));
  return {
    ...shown,
    ratio: Math.exp(estimate),
    interval: interval && { low: Math.exp(interval.low), high: Math.exp(interval.high) },
  };
}

function slowdownsOf(metric: string, pairs: readonly Pair[]): number[] {
  return pairs.map((pair) => pairSlowdown(pair, metric));
}

/** A cell in one line: `submit dagSize=1000 strategy=values`. */
export function textOf({
  scenario,
  parameters,
}: Pick<JudgedCell, "scenario" | "parameters">): string {
  return [scenario, ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`)].join(
    " ",
  );
}
