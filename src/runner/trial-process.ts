/** Starts trial processes and holds them to their time. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { TrialEnvironment } from "../results/result.ts";
import { GO, type TrialOrder, type TrialReply } from "./trial-message.ts";
import type { Turn } from "./turns.ts";

/** Trials run built JavaScript, also when the runner itself runs from its sources: see scripts/build-bundles.ts. */
const TRIAL_PROGRAM = fileURLToPath(new URL("../../dist/runner/bundle/trial.js", import.meta.url));

/** DuckDB's work is done on libuv's pool; its default of 4 threads would queue statements behind each other. */
const UV_THREADPOOL_SIZE = "8";

/** Preparing and finishing are not measured; only a process that hangs takes this long. */
const UNMEASURED_LIMIT_MS = 120_000;

/** The rate of a trial is judged after this time: its first rows tell little. */
const JUDGED_AFTER_MS = 2000;

/** A trial that at its rate would need so many times its limit is hopeless; rates may change, but not that much. */
const HOPELESS_LIMITS = 2;

/** Of what a process writes to stderr, the end tells why it died. */
const KEPT_STDERR_CHARS = 4096;

const US_PER_S = 1e6;

/** How a trial process ended. */
export type ProcessOutcome =
  | {
      readonly kind: "answered";
      readonly answer: LastWord;
      /** Processor time of this process while the other measured, in seconds. */
      readonly harnessCpuS: number;
    }
  /** The measured part took longer than the limit, or had no chance to keep it. */
  | {
      readonly kind: "cut";
      readonly afterMs: number;
      readonly rowsDone: number;
      /** Null before the first report. */
      readonly rowsTotal: number | null;
      readonly environment: TrialEnvironment | null;
    }
  | { readonly kind: "died"; readonly reason: string }
  | { readonly kind: "aborted" };

/** A reply after which nothing follows. */
type LastWord = Extract<TrialReply, { kind: "measured" | "checked" | "failed" }>;

type Phase = "preparing" | "waiting" | "measuring" | "finishing";

/** How long the measured part of a trial may take. */
export interface TimeLimit {
  readonly limitMs: number;
  /** Cut a trial at once that at its rate would need twice the limit: a budget has better uses. */
  readonly giveUpEarly: boolean;
}

/**
 * Gives one order to a new process and waits for its end. The measured part may take as long as the
 * limit says, preparing and finishing two minutes each; then the process is killed, as it is when `signal`
 * aborts. A process with several rounds takes a `turn` before each, and each may take as long as the limit
 * says. Never rejects.
 */
export function runTrialProcess(
  order: TrialOrder,
  limit: TimeLimit,
  signal: AbortSignal,
  turn?: Turn,
): Promise<ProcessOutcome> {
  if (signal.aborted) return Promise.resolve({ kind: "aborted" });
  return new Promise((resolve) => new Supervision(order, limit, signal, resolve, turn));
}

/** The life of one process. */
class Supervision {
  readonly #child: ChildProcess;
  readonly #limit: TimeLimit;
  readonly #turn: Turn | undefined;
  #measuringSinceMs = 0;
  #cpuBefore = process.cpuUsage();
  #harnessCpuUs = 0;
  #phase: Phase = "preparing";
  #timer: NodeJS.Timeout;
  #stderr = "";
  #rowsDone = 0;
  #rowsTotal: number | null = null;
  #environment: TrialEnvironment | null = null;
  /** Set once it is clear how the process ends; its exit then only confirms it. */
  #outcome: ProcessOutcome | undefined;

  constructor(
    order: TrialOrder,
    limit: TimeLimit,
    signal: AbortSignal,
    resolve: (outcome: ProcessOutcome) => void,
    turn: Turn | undefined,
  ) {
    this.#limit = limit;
    this.#turn = turn;
    this.#child = fork(TRIAL_PROGRAM, {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, UV_THREADPOOL_SIZE },
      execArgv: [],
    });
    const abort = (): void => this.#kill({ kind: "aborted" });
    this.#timer = setTimeout(() => this.#overdue(), UNMEASURED_LIMIT_MS);
    signal.addEventListener("abort", abort, { once: true });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR_CHARS);
    });
    this.#child.on("message", (reply: TrialReply) => this.#hear(reply));
    const end = (reason: string): void => {
      clearTimeout(this.#timer);
      signal.removeEventListener("abort", abort);
      resolve(this.#outcome ?? { kind: "died", reason });
    };
    this.#child.once("error", (error) => end(`the trial process did not start: ${error.message}`));
    this.#child.once("close", (code, by) => end(this.#deathText(code, by)));
    // A process that is gone already says so through its exit.
    this.#child.send(order, () => undefined);
  }

  #hear(reply: TrialReply): void {
    switch (reply.kind) {
      case "ready":
        void this.#takeTurn();
        break;
      case "began":
        this.#enter("measuring");
        break;
      case "progress":
        this.#rowsDone = reply.rowsDone;
        this.#rowsTotal = reply.rowsTotal;
        this.#environment = reply.environment;
        if (this.#isHopeless()) this.#cut(performance.now() - this.#measuringSinceMs);
        break;
      case "ended":
        this.#endMeasuring();
        break;
      case "measured":
      case "checked":
      case "failed":
        this.#outcome ??= {
          kind: "answered",
          answer: reply,
          harnessCpuS: this.#harnessCpuUs / US_PER_S,
        };
    }
  }

  /** Waiting is limited by the other's limits. */
  async #takeTurn(): Promise<void> {
    this.#phase = "waiting";
    clearTimeout(this.#timer);
    await this.#turn?.take();
    if (this.#outcome !== undefined || !this.#child.connected) return;
    this.#enter("preparing");
    this.#child.send(GO, () => undefined);
  }

  #endMeasuring(): void {
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    this.#harnessCpuUs += user + system;
    this.#enter("finishing");
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    clearTimeout(this.#timer);
    if (phase === "measuring") {
      this.#measuringSinceMs = performance.now();
      this.#cpuBefore = process.cpuUsage();
    }
    const limitMs = phase === "measuring" ? this.#limit.limitMs : UNMEASURED_LIMIT_MS;
    this.#timer = setTimeout(() => this.#overdue(), limitMs);
  }

  #isHopeless(): boolean {
    const elapsedMs = performance.now() - this.#measuringSinceMs;
    if (!this.#limit.giveUpEarly || this.#phase !== "measuring") return false;
    if (elapsedMs < JUDGED_AFTER_MS || this.#rowsTotal === null) return false;
    return elapsedMs * this.#rowsTotal > HOPELESS_LIMITS * this.#limit.limitMs * this.#rowsDone;
  }

  #overdue(): void {
    if (this.#phase === "measuring") {
      this.#cut(this.#limit.limitMs);
    } else {
      const reason = `the trial was ${this.#phase} for more than ${UNMEASURED_LIMIT_MS / 1000} s`;
      this.#kill({ kind: "died", reason });
    }
  }

  #cut(afterMs: number): void {
    this.#kill({
      kind: "cut",
      afterMs: Math.round(afterMs),
      rowsDone: this.#rowsDone,
      rowsTotal: this.#rowsTotal,
      environment: this.#environment,
    });
  }

  #kill(outcome: ProcessOutcome): void {
    this.#outcome ??= outcome;
    this.#child.kill("SIGKILL");
  }

  #deathText(code: number | null, by: NodeJS.Signals | null): string {
    const lastLine = this.#stderr.trim().split("\n").at(-1) ?? "";
    const how = by === null ? `ended with code ${code}` : `was ended by ${by}`;
    return `the trial process ${how} without an answer${lastLine === "" ? "" : `: ${lastLine}`}`;
  }
}
