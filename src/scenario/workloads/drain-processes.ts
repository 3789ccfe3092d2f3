/** Worker processes that drain one PostgreSQL queue together, each with connections of its own. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ParameterValue } from "../workload.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** What a process is told first. */
export interface DrainOrder {
  /** The folder of the engine's build, or null for ours. */
  readonly engine: string | null;
  readonly url: string;
  readonly durability: "full" | "relaxed";
  readonly settings: Readonly<Record<string, number>>;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** What it says: that it can begin, and what it did. */
export type DrainReply =
  | { readonly state: "ready" }
  | {
      readonly state: "ended";
      /** Attempts that it ended. */
      readonly settled: number;
      readonly metrics: Readonly<Record<string, number>>;
    };

/** Built JavaScript, also when the workload itself runs from its sources. */
const PROGRAM = fileURLToPath(
  new URL("../../../dist/scenario/workloads/drain-process.js", import.meta.url),
);

/** See the file's head. */
export class DrainProcesses {
  readonly #children: readonly DrainProcess[];

  private constructor(children: readonly DrainProcess[]) {
    this.#children = children;
  }

  /** Resolves when all have the queue open. @throws Error if one ends before */
  static async open(count: number, run: WorkloadRun): Promise<DrainProcesses> {
    const { engine, databasePath: url, durability, settings, parameters } = run;
    const order = { engine: engine.folder, url, durability, settings, parameters };
    const children = Array.from({ length: count }, () => new DrainProcess(order));
    const opened = new DrainProcesses(children);
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

class DrainProcess {
  readonly #child: ChildProcess;
  readonly #heard: DrainReply[] = [];
  #wake = (): void => undefined;
  #failed: Error | null = null;

  constructor(order: DrainOrder) {
    this.#child = fork(PROGRAM, { stdio: ["ignore", "ignore", "pipe", "ipc"], execArgv: [] });
    let stderr = "";
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    this.#child.on("message", (reply: DrainReply) => {
      this.#heard.push(reply);
      this.#wake();
    });
    const fail = (text: string): void => {
      this.#failed ??= new Error(text);
      this.#wake();
    };
    this.#child.once("error", (error) => fail(error.message));
    this.#child.once("close", () => fail(`a draining process ended by itself: ${stderr.trim()}`));
    this.#child.send(order, () => undefined);
  }

  say(word: string): void {
    this.#child.send(word, () => undefined);
  }

  /** @throws Error if the process ends instead */
  async hear(state: DrainReply["state"]): Promise<DrainReply> {
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
