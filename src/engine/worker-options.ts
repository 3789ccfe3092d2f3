/** How a worker works, what it works with, and the call of one handler. */
import type { Clock } from "../lib/clock.ts";
import { InputError } from "../lib/errors.ts";
import { type Config, SETTINGS } from "../model/config.ts";
import type { Claim, Outcome, Store } from "../store/store.ts";
import type { Handler, JobContext, JobServices } from "./context.ts";
import type { Expansion } from "./expansion.ts";
import type { QueueChoice } from "./queue-order.ts";
import type { Instrument } from "./telemetry.ts";

/** How a worker works; every value is resolved. */
export interface WorkerOptions {
  /** A list in strict order, or weights by queue. */
  readonly queues: QueueChoice;
  /** Handlers in flight. */
  readonly concurrency: number;
  /** Most jobs of one claim. */
  readonly claimBatch: number;
  /** Jobs that may be claimed beyond the free places. They are leased, and given back by a stop. */
  readonly prefetch: number;
  readonly pollIntervalMs: number;
  /** `notify`: woken when work is ready. `poll`: only the interval, so that polling can be measured. */
  readonly wake: "notify" | "poll";
  /** Default of {@link Worker.stop}. */
  readonly drainMs: number;
  readonly leaseMs: number;
  /** Told of the ends of attempts after the commit that holds them. Default: nobody asks. */
  readonly onSettled?: (outcomes: readonly Outcome[]) => void;
}

/** The numbers of a worker; each has the setting of its name as its default and its limits. */
const NUMBERS = [
  "concurrency",
  "claimBatch",
  "prefetch",
  "pollIntervalMs",
  "drainMs",
  "leaseMs",
] as const;
const OTHERS: readonly string[] = ["queues", "wake", "onSettled"];

/** Fills in the defaults. @throws InputError that tells all that is wrong */
export function resolveWorkerOptions(given: Partial<WorkerOptions>, config: Config): WorkerOptions {
  const problems = Object.keys(given)
    .filter((name) => !OTHERS.includes(name) && !NUMBERS.some((number) => number === name))
    .map(
      (name) => `${name}: there is no such option; known are ${[...OTHERS, ...NUMBERS].join(", ")}`,
    );
  const numbers = { ...config };
  for (const name of NUMBERS) {
    const { min, max } = SETTINGS[name];
    const value = given[name] ?? config[name];
    if (!Number.isInteger(value) || value < min || value > max)
      problems.push(`${name}: ${String(value)} is not a whole number from ${min} to ${max}`);
    Object.assign(numbers, { [name]: value });
  }
  const { queues = ["default"], wake = "notify", onSettled } = given;
  if (wake !== "notify" && wake !== "poll")
    problems.push(`wake: ${JSON.stringify(wake)} is neither notify nor poll`);
  if (problems.length > 0) throw new InputError(`worker: ${problems.join("; ")}`);
  const { concurrency, claimBatch, prefetch, pollIntervalMs, drainMs, leaseMs } = numbers;
  return {
    queues,
    concurrency,
    claimBatch,
    prefetch,
    pollIntervalMs,
    drainMs,
    leaseMs,
    wake,
    ...(onSettled === undefined ? {} : { onSettled }),
  };
}

/** What a worker works with. */
export interface WorkerParts {
  readonly store: Store;
  readonly clock: Clock;
  /** The function of a task, or undefined. */
  handler(task: string): Handler | undefined;
  readonly services: JobServices;
  /** Runs a handler under a span, where somebody traces. */
  readonly instrument: Instrument | undefined;
  /** The job of a context becomes a run; rejects where it cannot. */
  expand(context: JobContext, expansion: Expansion): Promise<void>;
}

/** Calls the handler of a claim; one of the two is told how it ended. */
export function runHandler(
  parts: WorkerParts,
  claim: Claim,
  context: JobContext,
  done: (value: unknown) => void,
  threw: (error: unknown) => void,
): void {
  try {
    const handler = parts.handler(claim.task);
    if (handler === undefined)
      throw new Error(`There is no task ${JSON.stringify(claim.task)} in this process`);
    const args: unknown = JSON.parse(claim.args);
    const { instrument } = parts;
    const result =
      instrument === undefined
        ? handler(args, context)
        : instrument(context, () => handler(args, context));
    if (result instanceof Promise) result.then(done, threw);
    else done(result);
  } catch (error) {
    threw(error);
  }
}
