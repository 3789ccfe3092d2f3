/**
 * Sends jobs at the times of a schedule, whether the queue keeps up or not: an open load.
 *
 * A generator that waits for its queue sends less just when the queue is slow, and its latencies leave
 * out what users would have felt. Here lateness is counted, and latency runs from the intended time.
 */
import { setTimeout as sleep } from "node:timers/promises";

/** Jobs sent in one turn of the event loop, so that a late generator does not starve the queue. */
const BURST_JOBS = 256;

/** How a schedule is sent. Times in milliseconds since the start of the schedule. */
export interface Sending {
  /** The intended times, rising. */
  readonly timesMs: Float64Array;
  /** Beyond one last burst, what has not been sent by then is not sent any more. */
  readonly endMs: number;
  /** Sends the job of that number now. */
  send(index: number, nowMs: number): void;
  /** Whether the queue may get another job; asked before each. A job that may not waits and is late. */
  mayStart(): boolean;
}

/** Sends until all are sent or the end has come; `clockMs` is the time since the start. Returns how many were sent. */
export async function sendOnSchedule(
  { timesMs, endMs, send, mayStart }: Sending,
  clockMs: () => number,
): Promise<number> {
  let next = 0;
  while (next < timesMs.length) {
    const nowMs = clockMs();
    const burstEnd = next + BURST_JOBS;
    while (next < burstEnd && (timesMs[next] ?? Number.POSITIVE_INFINITY) <= nowMs && mayStart()) {
      send(next++, clockMs());
    }
    // The timer of the last arrivals fires after the end: they had their burst.
    if (nowMs > endMs) break;
    const dueMs = timesMs[next];
    // A timer of less than a millisecond fires at once: the loop turns, and the queue with it.
    if (dueMs !== undefined) await sleep(Math.max(0, Math.min(dueMs, endMs) - clockMs()));
  }
  return next;
}
