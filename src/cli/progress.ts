/** Progress on stderr: a bar with the time left on a terminal, a plain line per trial elsewhere. */
import cliProgress from "cli-progress";
import { cellName } from "../runner/cell-name.ts";
import type { RunProgress } from "../runner/run-scenarios.ts";

/** Shows how far a run is. */
export interface ProgressView {
  show(progress: RunProgress): void;
  /** Clears the bar, before anything else is printed. */
  end(): void;
}

/** The stream that progress goes to. */
export type ProgressStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** `elapsedMs` is the time of the command so far; `budgetMs` bounds it, null: the trials are counted. */
export function progressView(
  stream: ProgressStream,
  budgetMs: number | null,
  elapsedMs: () => number,
): ProgressView {
  return stream.isTTY === true ? barView(stream, budgetMs, elapsedMs) : lineView(stream, elapsedMs);
}

function lineView(stream: ProgressStream, elapsedMs: () => number): ProgressView {
  return {
    show({ cell, trialsDone, trialsPlanned }) {
      if (cell === null) return;
      // Trials that a busy machine spoiled are measured again, beyond the plan.
      const of = trialsPlanned === null ? "" : ` of ${Math.max(trialsPlanned, trialsDone + 1)}`;
      stream.write(`${seconds(elapsedMs())}  trial ${trialsDone + 1}${of}  ${cellName(cell)}\n`);
    },
    end: () => undefined,
  };
}

const BAR_UNITS = 1000;

/** Between two trials the time left goes on falling. */
const REFRESH_INTERVAL_MS = 500;

function barView(
  stream: ProgressStream,
  budgetMs: number | null,
  elapsedMs: () => number,
): ProgressView {
  const bar = new cliProgress.SingleBar({
    stream,
    format: "{bar} {percentage}% · {left} left · trial {trial} · {cell}",
    barsize: 20,
    hideCursor: true,
    clearOnComplete: true,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    linewrap: null,
  });
  let last: RunProgress | undefined;
  let timer: NodeJS.Timeout | undefined;
  const update = (): void => {
    if (last === undefined) return;
    const { share, leftMs } = estimate(last, budgetMs, elapsedMs());
    bar.update(Math.round(share * BAR_UNITS), {
      left: leftMs === null ? "?" : `about ${seconds(leftMs).trim()}`,
      trial: last.trialsDone + 1,
      cell: last.cell === null ? "" : cellName(last.cell),
    });
  };
  return {
    show(progress) {
      last = progress;
      if (timer === undefined) {
        bar.start(BAR_UNITS, 0, { left: "?", trial: 1, cell: "" });
        timer = setInterval(update, REFRESH_INTERVAL_MS);
      }
      update();
    },
    end() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      bar.stop();
    },
  };
}

/** How much of the run is done, and how long the rest takes at most; null before the first trial of an unbounded run. */
export function estimate(
  { trialsDone, trialsPlanned }: RunProgress,
  budgetMs: number | null,
  elapsedMs: number,
): { readonly share: number; readonly leftMs: number | null } {
  const byBudget = budgetMs === null ? 0 : Math.min(1, elapsedMs / budgetMs);
  const byTrials = trialsPlanned === null ? 0 : Math.min(1, trialsDone / trialsPlanned);
  const estimates: number[] = [];
  if (budgetMs !== null) estimates.push(Math.max(0, budgetMs - elapsedMs));
  if (byTrials > 0) estimates.push((elapsedMs / byTrials) * (1 - byTrials));
  return {
    share: Math.max(byBudget, byTrials),
    leftMs: estimates.length === 0 ? null : Math.min(...estimates),
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(0).padStart(4)} s`;
}
