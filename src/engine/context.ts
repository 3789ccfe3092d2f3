/** What a handler is given beside its args. Costly parts are made when first asked for. */

/** See the file's head. */
export class JobContext {
  readonly jobId: number;
  readonly runId: number;
  /** Fencing token together with `jobId`; 1 at the first attempt. */
  readonly attempt: number;
  readonly #timeoutMs: number;
  #signal: AbortSignal | undefined;

  constructor(jobId: number, runId: number, attempt: number, timeoutMs: number) {
    this.jobId = jobId;
    this.runId = runId;
    this.attempt = attempt;
    this.#timeoutMs = timeoutMs;
  }

  /** Aborts when the job's timeout has passed, counted from the first time it is asked for. */
  get signal(): AbortSignal {
    this.#signal ??= AbortSignal.timeout(this.#timeoutMs);
    return this.#signal;
  }
}

/** The user's function for a task: JSON args in, a JSON result (or nothing) out. */
export type Handler<Args = unknown, Result = unknown> = (
  args: Args,
  context: JobContext,
) => Result | Promise<Result>;
