/** What to take for the backstop poll: latency against the cost of polling for nothing. Pure. */
import { factor, figure } from "../results/phrases.ts";
import type { TuneChoice } from "../results/tune-result.ts";
import { median } from "../stats/summary.ts";
import { slowdownOf } from "./slowdown.ts";

/** A worker that waits for nearly nothing to come, by how it is woken. */
export interface WaitingWorker {
  /** `null`: woken by notices. */
  readonly pollIntervalMs: number | null;
  /** Enqueue to handler start, 99th percentile, one per trial. */
  readonly wakeMs: readonly number[];
  /** What the process took of a core while nothing came, in percent, one per trial. */
  readonly idleCpuPct: readonly number[];
}

/** Polling for nothing may take so many percent of a core. */
const IDLE_PCT = 0.5;

/** The part of a choice that the measurement decides. */
export type PollAnswer = Pick<
  TuneChoice,
  "chosen" | "reason" | "shippedToBest" | "verdict" | "candidates"
>;

/**
 * With notices, which are shipped, the interval has no part in the latency: the shipped one is kept while it costs nothing.
 * `null` where notices or the shipped interval were not measured.
 */
export function choosePollInterval(
  workers: readonly WaitingWorker[],
  shipped: number,
): PollAnswer | null {
  const polling = workers
    .flatMap((worker) =>
      worker.pollIntervalMs === null ? [] : [{ ...worker, pollIntervalMs: worker.pollIntervalMs }],
    )
    .filter(({ wakeMs }) => wakeMs.length > 0)
    .sort((a, b) => a.pollIntervalMs - b.pollIntervalMs);
  const notified = workers.find(({ pollIntervalMs }) => pollIntervalMs === null);
  const longest = polling.at(-1);
  const own = polling.find(({ pollIntervalMs }) => pollIntervalMs === shipped);
  if (notified === undefined || notified.wakeMs.length === 0) return null;
  if (longest === undefined || own === undefined) return null;
  // A process that waits costs something even where it hardly polls.
  const extraPct = ({ idleCpuPct }: WaitingWorker): number =>
    Math.max(0, median(idleCpuPct) - median(longest.idleCpuPct));
  const free = polling.find((worker) => extraPct(worker) <= IDLE_PCT) ?? longest;
  const kept = extraPct(own) <= IDLE_PCT;
  const quickest = polling.toSorted((a, b) => median(a.wakeMs) - median(b.wakeMs))[0] ?? longest;
  return {
    chosen: kept ? shipped : free.pollIntervalMs,
    reason:
      `with notices a job starts after ${figure(median(notified.wakeMs))} ms whatever the interval; ` +
      `by polling alone the shortest interval below ${figure(IDLE_PCT)} % of a core is ${figure(free.pollIntervalMs)} ms ` +
      `(${figure(median(free.wakeMs))} ms, ${factor(median(free.wakeMs) / median(notified.wakeMs))} as long)` +
      (kept ? "" : `; ${figure(shipped)} ms costs ${figure(extraPct(own))} % of a core`),
    shippedToBest: slowdownOf(notified.wakeMs, quickest.wakeMs),
    verdict: kept ? "kept" : "changed",
    candidates: workers
      .filter(({ wakeMs }) => wakeMs.length > 0)
      .map((worker) => ({
        label:
          worker.pollIntervalMs === null
            ? "woken by notices"
            : `polls every ${figure(worker.pollIntervalMs)} ms, ${figure(extraPct(worker))} % of a core`,
        way: worker.pollIntervalMs === null ? "notices" : "polls",
        value: worker.pollIntervalMs ?? 0,
        median: median(worker.wakeMs),
        trials: worker.wakeMs.length,
        toBest: slowdownOf(worker.wakeMs, notified.wakeMs),
      })),
  };
}
