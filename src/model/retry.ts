/** How long a job waits between tries. */
import type { Config } from "./config.ts";

/** Exponential: the base after the first try, doubled with each further one, up to the limit. Milliseconds. */
export function backoffMs(
  tries: number,
  config: Pick<Config, "retryBackoffMs" | "retryBackoffMaxMs">,
): number {
  return Math.min(config.retryBackoffMaxMs, config.retryBackoffMs * 2 ** (tries - 1));
}
