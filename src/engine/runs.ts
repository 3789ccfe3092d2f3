/** Control of runs: how they stand, waiting, cancelling, retrying, and pictures of them. */
import type { Clock } from "../lib/clock.ts";
import { InputError } from "../lib/errors.ts";
import type { RedriveReport, RunTree } from "../store/records.ts";
import type { RunStatus, Store } from "../store/store.ts";
import { RunGraph } from "./inspect/run-graph.ts";

/** See the file's head. Runs are known by their ids; each call rejects with UNKNOWN_RUN for one that is not there. */
export class Runs {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** How a run stands: its status and how many of its jobs ended in which way. Scans nothing while it is live. */
  status(runId: number): Promise<RunStatus> {
    return this.#store.runStatus(runId);
  }

  /** Part of the jobs that have ended, from 0 to 1. */
  async progress(runId: number): Promise<number> {
    const { jobs, done, failed, skipped, cancelled } = await this.status(runId);
    return (done + failed + skipped + cancelled) / jobs;
  }

  /** Resolves when the run has ended and that is committed. */
  wait(runId: number): Promise<RunStatus> {
    return this.#store.waitForRun(runId);
  }

  /** Cancels every live job of the run, and the runs below them. Returns how many jobs were cancelled. */
  cancel(runId: number): Promise<number> {
    return this.#store.cancel({ runId }, this.#clock.now());
  }

  /**
   * Runs the failed nodes again, with new tries. Nodes below them that were skipped wait again; nodes that are
   * done are not run a second time. A node that had expanded to a run expands to a new one.
   *
   * @param options `cancelled`: nodes that were cancelled too
   */
  async retry(
    runId: number,
    { cancelled = false }: { readonly cancelled?: boolean } = {},
  ): Promise<RedriveReport> {
    await this.status(runId);
    return this.#store.redrive({ runId }, { cancelled }, this.#clock.now());
  }

  /** The run as a graph: levels, critical path, Mermaid and DOT. */
  async graph(runId: number): Promise<RunGraph> {
    return new RunGraph(await this.#store.runRecord(runId), this.#clock.now());
  }

  /** The run and all runs that its nodes expanded to, at any depth; a node that was retried has several. */
  tree(runId: number): Promise<RunTree> {
    if (!Number.isSafeInteger(runId)) throw new InputError(`${runId} is no run id`);
    return this.#store.runTree(runId);
  }
}
