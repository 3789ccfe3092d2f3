/** How a worker works, what it works with, and the call of one handler. */
import type { Clock } from "../lib/clock.ts";
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
  readonly pollIntervalMs: number;
  /** `notify`: woken when work is ready. `poll`: only the interval, so that polling can be measured. */
  readonly wake: "notify" | "poll";
  /** Default of {@link Worker.stop}. */
  readonly drainMs: number;
  readonly leaseMs: number;
  /** Told of the ends of attempts after the commit that holds them. Default: nobody asks. */
  readonly onSettled?: (outcomes: readonly Outcome[]) => void;
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
