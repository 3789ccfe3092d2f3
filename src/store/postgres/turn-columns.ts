/** Outcomes as the parameters of a turn, and the rows of its claims as claims. */
import type { Config } from "../../model/config.ts";
import type { Claim, Outcome } from "../store.ts";
import { numbers, texts } from "./arrays.ts";
import { KIND } from "./functions/settle.ts";

/** Ids, attempts, kinds, payloads, waits of nacks, and the factors that shorten waits between tries. */
export function outcomeColumns(
  outcomes: readonly Outcome[],
  config: Config,
  random: () => number,
): string[] {
  const allDone = outcomes.every(({ kind }) => kind === "done");
  return [
    numbers(outcomes.map(({ jobId }) => jobId)),
    numbers(outcomes.map(({ attempt }) => attempt)),
    allDone ? "{1}" : numbers(outcomes.map(({ kind }) => KIND[kind])),
    outcomes.every(({ payload }) => payload === null)
      ? "{}"
      : texts(outcomes.map(({ payload }) => payload)),
    allDone ? "{}" : numbers(outcomes.map(({ delayMs }) => delayMs ?? 0)),
    allDone ? "{}" : numbers(outcomes.map(() => 1 - (random() * config.retryJitterPct) / 100)),
  ];
}

/** A row of `turn`; the last one has no id, and its args are the summary. */
export type ClaimRow = [
  id: number | null,
  runId: number,
  attempt: number,
  task: string,
  args: string,
  timeoutMs: number,
  priority: number,
  alone: boolean,
];

/** Claims in the order in which they are to start: higher priority first, then by id. */
export function claimsOf(rows: readonly ClaimRow[]): Claim[] {
  const claimed = rows.slice(0, -1);
  const isBefore = (a: ClaimRow, b: ClaimRow): number =>
    b[6] - a[6] || (a[0] as number) - (b[0] as number);
  if (claimed.some((row, index) => index > 0 && isBefore(claimed[index - 1] as ClaimRow, row) > 0))
    claimed.sort(isBefore);
  return claimed.map(([id, runId, attempt, task, args, timeoutMs]) => ({
    jobId: id as number,
    runId,
    attempt,
    task,
    args,
    timeoutMs,
  }));
}
