/**
 * Worker threads for tasks that are given as a module: work that keeps a core busy does not stall the lane,
 * and a thread whose attempt has ended (timeout, cancel, shutdown) is ended with it.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Piscina } from "piscina";
import { InputError } from "../lib/errors.ts";
import type { Handler, JobContext } from "./context.ts";
import type { TaskModule } from "./task.ts";

/** One attempt, as it goes to a thread. */
export interface ThreadCall {
  /** URL of the module. */
  readonly module: string;
  /** The exported function. */
  readonly name: string;
  readonly args: unknown;
  /** Takes what the handler says. */
  readonly port: MessagePort;
  readonly job: {
    readonly jobId: number;
    readonly runId: number;
    readonly attempt: number;
    readonly task: string;
  };
}

/** What a handler in a thread says while it runs. */
export interface ThreadMessage {
  readonly text?: string;
  readonly done?: number;
  readonly total?: number;
}

/** What a handler in a thread is given beside its args. */
export interface ThreadJob {
  readonly jobId: number;
  /** 0 for a job without a run. */
  readonly runId: number;
  readonly attempt: number;
  readonly task: string;
  /** Writes a line to the queue's logger. */
  log(text: string): void;
  /** Says how far the job is; shown by `queue.progress`. */
  progress(done: number, total: number): void;
}

/** Threads load no TypeScript: run from source, they begin in the build. */
const ENTRY = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/engine/thread-entry.js" : "./thread-entry.js",
  import.meta.url,
);

/** See the file's head. No thread is made before the first call. */
export class ThreadPool {
  readonly #threads: number;
  readonly #idleMs: number;
  #pool: Piscina | undefined;

  readonly #failed: (error: unknown) => void;

  /**
   * At most so many threads; one that has nothing to do ends after `idleMs`. `failed` takes what a thread throws
   * outside of an attempt.
   */
  constructor(threads: number, idleMs: number, failed: (error: unknown) => void) {
    this.#failed = failed;
    this.#threads = threads;
    this.#idleMs = idleMs;
  }

  /** The handler of a task that runs in threads. */
  handler(given: TaskModule): Handler {
    if (!(given?.module instanceof URL))
      throw new InputError(
        "A task is a function, or { module: new URL(…) } for one that runs in worker threads",
      );
    const { module, export: name = "default" } = given;
    return async (args, context) => {
      const { jobId, runId, attempt, task } = context;
      const job = { jobId, runId, attempt, task };
      const { port1, port2 } = new MessageChannel();
      port1.on("message", (message: ThreadMessage) => hear(context, message));
      const call: ThreadCall = { module: module.href, name, args, port: port2, job };
      const { signal } = context;
      try {
        const options = { name: "runInThread", signal, transferList: [port2] };
        return await this.#start().run(call, options);
      } finally {
        // The result comes by another way, and may be here first.
        for (let last = receiveMessageOnPort(port1); last; last = receiveMessageOnPort(port1))
          hear(context, last.message as ThreadMessage);
        port1.close();
      }
    };
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    await this.#pool?.destroy();
  }

  #start(): Piscina {
    if (this.#pool !== undefined) return this.#pool;
    // Loaded now: few queues have such tasks, and every process would wait for it.
    const piscina = createRequire(import.meta.url)("piscina") as typeof import("piscina");
    const pool = new piscina.Piscina({
      filename: fileURLToPath(ENTRY),
      minThreads: 0,
      maxThreads: this.#threads,
      idleTimeout: this.#idleMs,
    });
    pool.on("error", this.#failed);
    this.#pool = pool;
    return pool;
  }
}

function hear(context: JobContext, { text, done, total }: ThreadMessage): void {
  if (text !== undefined) context.log(text);
  if (done !== undefined && total !== undefined) context.progress(done, total);
}
