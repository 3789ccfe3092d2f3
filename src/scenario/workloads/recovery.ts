/**
 * `recovery`: a process with live and finished jobs is killed in the middle of its work; how long until
 * another one has the queue open again, and until its first job runs.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startMeters } from "./meter.ts";
import { requireDone } from "./run-end.ts";
import { startWorkers } from "./start-workers.ts";
import { watchJobs } from "./watched-jobs.ts";
import { fileBytes, trialConfig } from "./with-queue.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** What the process that is killed is told. */
export interface VictimOrder {
  /** The folder of the engine's build, or null for ours. */
  readonly engine: string | null;
  readonly databasePath: string;
  readonly durability: "full" | "relaxed";
  /** Engine settings in place of the defaults, by name. */
  readonly settings: Readonly<Record<string, number>>;
  readonly jobs: number;
  readonly finishedJobs: number;
  /** Whether it closes its queue and ends by itself, in place of being killed. */
  readonly closes: boolean;
}

/** What it says when it holds claimed jobs: the run whose jobs are live. */
export interface VictimReply {
  readonly runId: number;
}

/** Built JavaScript, also when the workload itself runs from its sources. */
const VICTIM = fileURLToPath(
  new URL("../../../dist/scenario/workloads/recovery-victim.js", import.meta.url),
);

/** See the file's head. */
export async function recoveryWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { engine, databasePath: path, durability, settings, observer, parameters } = run;
  const jobs = Number(parameters["jobs"]);
  const finishedJobs = Number(parameters["finishedJobs"]);
  const { runId } = await killInTheMiddle({
    engine: engine.folder,
    databasePath: path,
    durability,
    settings,
    jobs,
    finishedJobs,
    closes: parameters["ending"] === "close",
  });
  const walBytes = fileBytes(`${path}.wal`);
  observer.began();
  const startMs = performance.now();
  const queue = await engine.Queue.open({
    path,
    durability,
    config: trialConfig(engine, settings),
  });
  try {
    const recoveryMs = performance.now() - startMs;
    const stopMeters = startMeters(queue, path);
    const firstJob = new Promise<number>((resolve) => {
      watchJobs(queue, run.jobs, () => resolve(performance.now() - startMs));
    });
    startWorkers(queue, parameters);
    const firstJobMs = await firstJob;
    const end = await queue.waitForRun(runId);
    const { elapsedMs, metrics } = stopMeters();
    observer.ended();
    requireDone(end);
    return {
      ...metrics,
      jobs: jobs + finishedJobs,
      edges: 0,
      recoveryMs,
      firstJobMs,
      walBytes,
      drainMs: elapsedMs,
    };
  } finally {
    await queue.close();
  }
}

/** Lets another process fill the database and begin the live jobs, and kills it, or lets it close. @throws Error if it ends by itself */
function killInTheMiddle(order: VictimOrder): Promise<VictimReply> {
  return new Promise((resolve, reject) => {
    const child = fork(VICTIM, { stdio: ["ignore", "ignore", "pipe", "ipc"], execArgv: [] });
    let reply: VictimReply | undefined;
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("message", (message: VictimReply) => {
      reply = message;
      if (!order.closes) child.kill("SIGKILL");
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (reply !== undefined && (code === 0) === order.closes) resolve(reply);
      else reject(new Error(`the process to be killed ended by itself: ${stderr.trim()}`));
    });
    child.send(order, () => undefined);
  });
}
