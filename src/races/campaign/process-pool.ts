/** The processes of a campaign: each holds an engine, does one task at a time, and is replaced when it hangs or dies. */
import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { RaceAnswer, RaceTask } from "./race-message.ts";

/** How a task ended where its process gave no answer. */
export interface NoAnswer {
  readonly kind: "hung" | "died";
  readonly message: string;
}

/** Which program the processes run, and how long a task may take. */
export interface PoolOptions {
  /** A build of this project other than our own, such as one with a fault in it: its `dist` folder. */
  readonly root?: URL;
  readonly taskLimitMs: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** See the file's head: one of the processes. */
export class RaceProcess {
  readonly #options: PoolOptions;
  #child: ChildProcess | null = null;
  /** Answers the task under way; does nothing where there is none. */
  #answer: (answer: RaceAnswer | NoAnswer) => void = () => undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Does one task. Never rejects: what went wrong is an answer. */
  ask(task: RaceTask): Promise<RaceAnswer | NoAnswer> {
    this.#child ??= this.#start();
    const child = this.#child;
    return new Promise((resolve) => {
      const end = (answer: RaceAnswer | NoAnswer): void => {
        clearTimeout(timer);
        child.removeAllListeners("message");
        child.removeAllListeners("exit");
        resolve(answer);
      };
      this.#answer = end;
      const timer = setTimeout(() => {
        end({ kind: "hung", message: `no answer within ${this.#options.taskLimitMs} ms` });
        this.stop();
      }, this.#options.taskLimitMs);
      child.once("message", (answer) => end(answer as RaceAnswer));
      child.once("exit", (code, signal) => {
        this.#child = null;
        end({ kind: "died", message: `the process ended by ${signal ?? `exit code ${code}`}` });
      });
      child.send(task);
    });
  }

  /** Ends the process at once; a task under way has no answer. */
  stop(): void {
    this.#child?.removeAllListeners("exit");
    this.#child?.kill("SIGKILL");
    this.#child = null;
    this.#answer({ kind: "died", message: "the process was stopped" });
  }

  #start(): ChildProcess {
    const { root, env = {} } = this.#options;
    const program =
      root === undefined
        ? new URL(`./race-process${extname(import.meta.url)}`, import.meta.url)
        : new URL("races/campaign/race-process.js", root);
    return fork(fileURLToPath(program), {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: { ...process.env, ...env },
    });
  }
}
