/** What the engine promises of a case: the yardstick of the checks. */
import { resolveConfig } from "../../model/config.ts";
import type { RaceCase } from "../cases/race-case.ts";
import type { Promises } from "../history/facts.ts";

/** See the file's head. */
export function promisesOf({ config, limits = {}, clients, faults, workers }: RaceCase): Promises {
  const { leaseMs, pollIntervalMs, backpressureRefuseJobs } = resolveConfig(config);
  const ops = clients.flatMap((client) => client.ops);
  const byHand = ops.some(({ op }) => op === "hand");
  const crashes = faults.length > 0;
  // Who waits for whom is not strict where a queue is asked before another, or a limit, a pause or a crash
  // holds a better job back.
  const loose =
    crashes ||
    Object.keys(limits).length > 0 ||
    ops.some(({ op }) => op === "pause") ||
    workers.some(({ queues = [] }) => queues.length > 1);
  return {
    leaseMs,
    pollMs: pollIntervalMs,
    renews: !byHand,
    backlog: backpressureRefuseJobs,
    concurrency: concurrencyOf(limits),
    ...(loose
      ? { priorityBound: Number.POSITIVE_INFINITY, fifoBound: Number.POSITIVE_INFINITY }
      : {}),
  };
}

function concurrencyOf(limits: NonNullable<RaceCase["limits"]>): Record<string, number> {
  const named = [...Object.entries(limits.queues ?? {}), ...Object.entries(limits.keys ?? {})];
  return Object.fromEntries(
    named.flatMap(([name, { concurrency }]) =>
      concurrency === undefined ? [] : [[name, concurrency]],
    ),
  );
}
