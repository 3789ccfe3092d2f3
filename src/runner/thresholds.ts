/** Thresholds held against the cells of a run: medians of trials, and percentiles within each trial. */
import type { Finding } from "../results/finding.ts";
import { METRICS } from "../results/metric.ts";
import type { Cell } from "../results/result.ts";
import { completedTrials } from "../results/summarize.ts";
import { holds, isAbout, parseThreshold, type Threshold } from "../scenario/threshold.ts";
import { LatencyHistogram } from "../stats/histogram.ts";
import { median } from "../stats/summary.ts";
import { cellName } from "./cell-name.ts";

/**
 * One line for each threshold that an ok cell misses, and for each that no cell could be held to: what
 * was not measured is never met. `thresholds` are by scenario name, as the plan has them.
 */
export function missedThresholds(
  cells: readonly Cell[],
  thresholds: Readonly<Record<string, readonly string[]>>,
): string[] {
  return Object.entries(thresholds).flatMap(([scenario, texts]) => {
    const own = cells.filter((cell) => cell.scenario === scenario);
    return texts.flatMap((text) => missed(own, parseThreshold(text, ALL_WORDS)));
  });
}

/** The same as findings, for reports. */
export function thresholdFindings(
  cells: readonly Cell[],
  thresholds: Readonly<Record<string, readonly string[]>>,
): Finding[] {
  return Object.entries(thresholds).flatMap(([scenario, texts]) =>
    missedThresholds(cells, { [scenario]: texts }).map((evidence) => ({
      kind: "threshold-missed" as const,
      scenario,
      evidence,
      advice:
        "the command ends with exit code 4; find the change with bench compare, or mend the threshold",
    })),
  );
}

const ALL_WORDS = { metrics: Object.keys(METRICS) };

function missed(cells: readonly Cell[], threshold: Threshold): string[] {
  const { text, operator, limit } = threshold;
  const meant = cells.filter((cell) => isAbout(threshold, cell.parameters));
  const judged = meant.flatMap((cell) => {
    const value = cell.status === "ok" ? figureOf(cell, threshold) : undefined;
    return value === undefined ? [] : [{ cell, value }];
  });
  if (meant.length > 0 && judged.length === 0) {
    return [`${text} could not be judged: no cell that completed has the figure`];
  }
  return judged.flatMap(({ cell, value }) =>
    holds(value, operator, limit) ? [] : [`${text} is missed: ${value} with ${cellName(cell)}`],
  );
}

/** The median over the trials of the metric, or of the percentile within each trial; undefined where no trial has it. */
function figureOf(cell: Cell, { metric, percentile }: Threshold): number | undefined {
  if (percentile === null) return cell.summary[metric]?.median;
  const values = completedTrials(cell.trials).flatMap(({ latencies }) => {
    const text = latencies?.[metric]?.histogram;
    return text === undefined ? [] : [LatencyHistogram.decode(text).percentileMs(percentile)];
  });
  if (values.length > 0) return median(values);
  // Some latencies are known by these two percentiles only.
  return cell.summary[`${metric}P${percentile}`]?.median;
}
