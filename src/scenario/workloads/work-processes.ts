/** Worker processes on one PostgreSQL queue, each with connections of its own. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ParameterValue } from "../workload.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** What a process is told first. */
export interface WorkOrder {
  /** The folder of the engine's build, or null for ours. */
  readonly engine: string | null;
  readonly url: string;
  readonly durability: "full" | "relaxed";
  readonly settings: Readonly<Record<string, number>>;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** What it says: that it can begin, which watched jobs have ended, and what it did. */
export type WorkReply =
  | { readonly state: "ready" }
  | WatchedEnds
  | {
      readonly state: "ended";
      /** Attempts that it ended. */
      readonly settled: number;
      readonly metrics: Readonly<Record<string, number>>;
    };

/** Watched jobs whose ends are committed, and when: milliseconds since the epoch, by a clock that never jumps. */
interface WatchedEnds {
  readonly state: "jobs";
  readonly jobs: readonly number[];
  readonly atMs: number;
}

/** Told of watched jobs that have ended. */
type OnEnds = (ends: WatchedEnds) => void;

/** Built JavaScript, also when the workload itself runs from its sources. */
const PROGRAM = fileURLToPath(
  new URL("../../../dist/scenario/workloads/work-process.js", import.meta.url),
);

/** Metrics of this process with those of the others. */
export function sumOf(
  ours: Readonly<Record<string, number>>,
  theirs: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum = { ...ours };
  for (const [name, value] of Object.entries(theirs)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
}

/** See the file's head. */
export class WorkProcesses {
  readonly #children: readonly WorkProcess[];

  private constructor(children: readonly WorkProcess[]) {
    this.#children = children;
  }

  /** Resolves when all have the queue open. @throws Error if one ends before */
  static async open(
    count: number,
    run: WorkloadRun,
    onEnds: OnEnds = () => undefined,
  ): Promise<WorkProcesses> {
    const { engine, databasePath: url, durability, settings, parameters } = run;
    const order = { engine: engine.folder, url, durability, settings, parameters };
    const children = Array.from({ length: count }, () => new WorkProcess(order, onEnds));
    const opened = new WorkProcesses(children);
    try {
      await Promise.all(children.map((child) => child.hear("ready")));
      return opened;
    } catch (error) {
      opened.kill();
      throw error;
    }
  }

  /** They begin now. */
  start(): void {
    for (const child of this.#children) child.say("start");
  }

  /** Ends them in order; what each settled, and their metrics added up. */
  async end(): Promise<{ settled: number[]; metrics: Record<string, number> }> {
    const ends = this.#children.map((child) => {
      child.say("end");
      return child.hear("ended");
    });
    const metrics: Record<string, number> = {};
    const settled: number[] = [];
    for (const reply of await Promise.all(ends)) {
      if (reply.state !== "ended") continue;
      settled.push(reply.settled);
      for (const [name, value] of Object.entries(reply.metrics))
        metrics[name] = (metrics[name] ?? 0) + value;
    }
    return { settled, metrics };
  }

  /** Ends them whatever they do. */
  kill(): void {
    for (const child of this.#children) child.kill();
  }
}

class WorkProcess {
  readonly #child: ChildProcess;
  readonly #heard: WorkReply[] = [];
  #wake = (): void => undefined;
  #failed: Error | null = null;

  constructor(order: WorkOrder, onEnds: OnEnds) {
    this.#child = fork(PROGRAM, { stdio: ["ignore", "ignore", "pipe", "ipc"], execArgv: [] });
    let stderr = "";
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    this.#child.on("message", (reply: WorkReply) => {
      if (reply.state === "jobs") return onEnds(reply);
      this.#heard.push(reply);
      this.#wake();
    });
    const fail = (text: string): void => {
      this.#failed ??= new Error(text);
      this.#wake();
    };
    this.#child.once("error", (error) => fail(error.message));
    this.#child.once("close", () => fail(`a working process ended by itself: ${stderr.trim()}`));
    this.#child.send(order, () => undefined);
  }

  say(word: string): void {
    this.#child.send(word, () => undefined);
  }

  /** @throws Error if the process ends instead */
  async hear(state: WorkReply["state"]): Promise<WorkReply> {
    for (;;) {
      const reply = this.#heard.find((one) => one.state === state);
      if (reply !== undefined) return reply;
      if (this.#failed !== null) throw this.#failed;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
