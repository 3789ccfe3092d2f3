/** What the page carries of a result: all that its tables and charts read, and none of the trials that they do not. */
import type { Cell, Result } from "../../results/result.ts";
import { withLatencies } from "../chart/latency-summaries.ts";

/**
 * The result without the metrics and checks of its trials: tables and charts read summaries, and of a
 * trial only where it was cut. A page of 10,000 trials is as small as one of ten.
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
  return {
    ...cell,
    trials: cell.trials.flatMap((trial) =>
      trial.censored === undefined ? [] : [{ ...trial, metrics: {}, checks: null }],
    ),
  };
}
