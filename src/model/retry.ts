/** How long a job waits between tries. */
import type { Config } from "./config.ts";

/**
 * Exponential with jitter: the base after the first try, doubled with each further one, up to the limit,
 * less a random part of up to `retryJitterPct` percent, so that jobs that failed together do not return together.
 *
 * @param chance from 0 to below 1
 * @returns milliseconds
 */
export function backoffMs(
  tries: number,
  baseMs: number,
  config: Pick<Config, "retryBackoffMaxMs" | "retryJitterPct">,
  chance: number,
): number {
  const fullMs = Math.min(config.retryBackoffMaxMs, baseMs * 2 ** (tries - 1));
  return Math.round(fullMs * (1 - (chance * config.retryJitterPct) / 100));
}
