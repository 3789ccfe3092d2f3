/** Tells now and then how far a workload is, so that a trial that is cut can say what it did. */
import type { Observer } from "./workload-run.ts";

/** Rare enough to cost nothing, often enough for the last figure before a cut. */
const REPORT_INTERVAL_MS = 250;

/** Starts to report; the function returned ends it. */
export function reportProgress(
  observer: Observer,
  rowsTotal: number,
  rowsDone: () => number | Promise<number>,
): () => void {
  const timer = setInterval(() => {
    // A figure that cannot be had (the queue is closing) is only one report less.
    Promise.resolve(rowsDone()).then(
      (rows) => observer.progressed(rows, rowsTotal),
      () => undefined,
    );
  }, REPORT_INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
