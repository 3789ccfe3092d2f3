/** Runs a command of the user without a shell, in a process group of its own, and holds it to its time. */
import { type ChildProcess, spawn } from "node:child_process";
import { errnoOf, InputError, messageOf } from "../../lib/errors.ts";
import { Throttle } from "./throttle.ts";

/** How to run it. */
export interface ChildOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Added to this process's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly limitMs: number;
  /** 1: full speed. */
  readonly slowdown: number;
  readonly signal: AbortSignal;
}

/** How it ended. */
export interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly durationMs: number;
  /** Null when it printed more than is kept. */
  readonly stdout: string | null;
  /** The end of both streams. */
  readonly tail: string;
  readonly slowdown: number;
}

/** A report on stdout is read whole; larger ones belong in a file. */
const MOST_STDOUT_CHARS = 64 * 1024 * 1024;

/** Of what a failed run printed, the end is kept. */
const TAIL_CHARS = 4096;

/** From the polite signal to the other one. */
const GRACE_MS = 2000;

/** Left-over children may hold the pipes open after the command has ended. */
const DRAIN_MS = 500;

const POSIX = process.platform !== "win32";

/**
 * Waits for the end of the command. Whatever it leaves running in its process group is ended too, so that one
 * run cannot disturb the next. Resolves null when `signal` aborted it. Throws an `InputError` when it cannot
 * be started.
 */
export function runChild(options: ChildOptions): Promise<ChildEnd | null> {
  if (options.signal.aborted) return Promise.resolve(null);
  return new Promise((resolve, reject) => new Supervision(options, resolve, reject));
}

class Supervision {
  readonly #child: ChildProcess;
  readonly #startMs = performance.now();
  readonly #throttle: Throttle | null;
  readonly #stdout: string[] = [];
  #stdoutChars = 0;
  #tail = "";
  #timedOut = false;
  #aborted = false;
  #slowdown = 1;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(
    { command, env, limitMs, slowdown, signal }: ChildOptions,
    resolve: (end: ChildEnd | null) => void,
    reject: (error: Error) => void,
  ) {
    const [program = "", ...args] = command;
    this.#child = start(program, args, env);
    const abort = (): void => {
      this.#aborted = true;
      this.#stop();
    };
    const limit = setTimeout(() => {
      this.#timedOut = true;
      this.#stop();
    }, limitMs);
    signal.addEventListener("abort", abort, { once: true });
    const started = this.#child.pid !== undefined;
    this.#throttle =
      started && slowdown > 1 ? new Throttle(slowdown, (name) => this.#signal(name)) : null;
    this.#listen();
    const settle = (): void => {
      clearTimeout(limit);
      clearTimeout(this.#killTimer);
      signal.removeEventListener("abort", abort);
    };
    this.#child.once("error", (error) => {
      settle();
      reject(notStarted(program, error));
    });
    this.#child.once("exit", (exitCode, by) => {
      const durationMs = performance.now() - this.#startMs;
      this.#slowdown = this.#throttle?.end() ?? 1;
      clearTimeout(limit);
      const drain = setTimeout(() => this.#endPipes(), DRAIN_MS);
      this.#child.once("close", () => {
        clearTimeout(drain);
        settle();
        this.#signal("SIGKILL");
        resolve(this.#aborted ? null : this.#end(exitCode, by, durationMs));
      });
    });
  }

  #listen(): void {
    const { stdout, stderr } = this.#child;
    stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#keepTail(text);
      this.#stdoutChars += text.length;
      if (this.#stdoutChars <= MOST_STDOUT_CHARS) this.#stdout.push(text);
      else this.#stdout.length = 0;
    });
    stderr?.setEncoding("utf8").on("data", (text: string) => this.#keepTail(text));
  }

  #keepTail(text: string): void {
    this.#tail = (this.#tail + text).slice(-TAIL_CHARS);
  }

  #end(exitCode: number | null, signal: string | null, durationMs: number): ChildEnd {
    return {
      exitCode,
      signal,
      timedOut: this.#timedOut,
      durationMs,
      stdout: this.#stdoutChars <= MOST_STDOUT_CHARS ? this.#stdout.join("") : null,
      tail: this.#tail,
      slowdown: this.#slowdown,
    };
  }

  /** Asks the tree to end, and ends it when it does not. */
  #stop(): void {
    this.#throttle?.end();
    this.#signal("SIGTERM");
    this.#killTimer = setTimeout(() => this.#signal("SIGKILL"), GRACE_MS);
  }

  #endPipes(): void {
    this.#signal("SIGKILL");
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  /** To the whole group, where there are groups; false when nobody is left in it. */
  #signal(name: NodeJS.Signals): boolean {
    const { pid } = this.#child;
    if (pid === undefined) return false;
    try {
      return POSIX ? process.kill(-pid, name) : this.#child.kill(name);
    } catch {
      // Gone, or (on some systems) only its zombies are left, which may not be signalled.
      return false;
    }
  }
}

function start(program: string, args: readonly string[], env: ChildOptions["env"]): ChildProcess {
  try {
    return spawn(program, args, {
      // Its own group, so that the whole tree can be stopped, and Ctrl-C reaches us alone.
      detached: POSIX,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
  } catch (error) {
    // What no program can be called, such as "", or be given, such as a NUL or more than fits, is not even tried.
    if (error instanceof Error) throw notStarted(program, error);
    throw error;
  }
}

function notStarted(program: string, error: Error): InputError {
  const why =
    errnoOf(error) === "ENOENT"
      ? "there is no such program on the PATH or in this folder"
      : messageOf(error);
  return new InputError(
    `Cannot start ${JSON.stringify(program)}: ${why}. No shell reads the command: give a program and its arguments after --.`,
    { cause: error },
  );
}
