/** What the page carries of a result: all that its tables and charts read, and none of the trials that they do not. */
import type { Cell, Result } from "../../results/result.ts";
import { sampledTrial } from "../chart/growth-chart.ts";
import { withLatencies } from "../chart/latency-summaries.ts";

/**
 * The result without the metrics and checks of its trials: tables and charts read summaries, and of a
 * trial only where it was cut, or one trial's samples where a chart draws them. A page of 10,000 trials is as small as one of ten.
 */
export function pageData(result: Result): Result {
  return {
    ...result,
    findings: [],
    config: {},
    cells: withLatencies(result).cells.map(withoutTrials),
  };
}

function withoutTrials(cell: Cell): Cell {
  const sampled = sampledTrial(cell);
  return {
    ...cell,
    trials: cell.trials.flatMap((trial) => {
      const { latencies: _, ...rest } = trial;
      return trial.censored === undefined && trial !== sampled
        ? []
        : [{ ...rest, metrics: {}, checks: null }];
    }),
  };
}
