/**
 * Sends jobs at the times of a schedule, whether the queue keeps up or not: an open load.
 *
 * A generator that waits for its queue sends less just when the queue is slow, and its latencies leave
 * out what users would have felt. Here lateness is counted, and latency runs from the intended time.
 */
import { setTimeout as sleep } from "node:timers/promises";

/**
 * How long one turn of the event loop is spent on sending, at least one job. A batch of the queue takes several turns:
 * a late generator that sent all that is due in each of them would leave the queue a fifth of its thread, and an
 * overload would look like a collapse.
 */
const BURST_MS = 1;

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
  /** Told how long each turn spent on sending: time that the queue in this process did not have. */
  onBurst?(tookMs: number): void;
}

/** Sends until all are sent or the end has come; `clockMs` is the time since the start. Returns how many were sent. */
export async function sendOnSchedule(
  { timesMs, endMs, send, mayStart, onBurst }: Sending,
  clockMs: () => number,
): Promise<number> {
  let next = 0;
  while (next < timesMs.length) {
    const nowMs = clockMs();
    let untilMs = nowMs;
    while (
      untilMs - nowMs <= BURST_MS &&
      (timesMs[next] ?? Number.POSITIVE_INFINITY) <= nowMs &&
      mayStart()
    ) {
      send(next++, untilMs);
      untilMs = clockMs();
    }
    onBurst?.(untilMs - nowMs);
    // The timer of the last arrivals fires after the end: they had their burst.
    if (nowMs > endMs) break;
    const dueMs = timesMs[next];
    // A timer of less than a millisecond fires at once: the loop turns, and the queue with it.
    if (dueMs !== undefined) await sleep(Math.max(0, Math.min(dueMs, endMs) - clockMs()));
  }
  return next;
}
