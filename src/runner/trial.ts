/**
 * The program of a trial process, started by trial-process.ts: takes one order, measures a cell once
 * on a fresh database or checks a finished one, answers, and ends.
 */
import { join } from "node:path";
import { messageOf } from "../lib/errors.ts";
import { startTrialEnvironment, type TrialWatch } from "../results/trial-environment.ts";
import type { DagShape } from "../scenario/dag-shape.ts";
import { generateDag, SHAPE_NAMES } from "../scenario/generate-dag.ts";
import type { EngineBuild } from "../scenario/workloads/engine-build.ts";
import { loadEngine } from "../scenario/workloads/load-engine.ts";
import type { Observer, WorkloadRun } from "../scenario/workloads/workload-run.ts";
import { loadHandlers } from "./load-handlers.ts";
import { trialUrl } from "./plan-store.ts";
import { checkWorkload, runWorkload } from "./run-workload.ts";
import { DATABASE_FILE, type TrialOrder, type TrialReply } from "./trial-message.ts";
import { TrialRecorder } from "./trial-recorder.ts";
import { warmUp } from "./warm-up.ts";

const BYTES_PER_KIB = 1024;

function reply(message: TrialReply): void {
  process.send?.(message);
}

async function measure(order: TrialOrder): Promise<TrialReply> {
  const engine = await loadEngine(order.engine);
  const jobs = await loadHandlers(order.handlers);
  await dropTrial(engine, order);
  await warmUp(order, engine, jobs);
  let watch: TrialWatch = startTrialEnvironment();
  let environment = watch.end();
  let peakRssBytes = 0;
  const recorder = new TrialRecorder();
  const observer: Observer = {
    began() {
      reply({ kind: "began" });
      watch = startTrialEnvironment();
    },
    progressed(rowsDone, rowsTotal) {
      reply({ kind: "progress", rowsDone, rowsTotal, environment: watch.end() });
    },
    ended() {
      environment = watch.end();
      peakRssBytes = process.resourceUsage().maxRSS * BYTES_PER_KIB;
      reply({ kind: "ended" });
    },
  };
  const run = workloadRun(order, await dagReader(order), { engine, jobs, observer, recorder });
  const metrics = await runWorkload(order.workload, run);
  const recorded = await recorder.recorded();
  return {
    kind: "measured",
    ...recorded,
    metrics: { ...metrics, ...recorded.metrics, peakRssBytes },
    environment,
  };
}

/** The DAG is made when the workload reads it, before its measured part; those without a shape never do. */
function workloadRun(
  order: TrialOrder,
  readDag: () => DagShape,
  parts: Pick<WorkloadRun, "engine" | "jobs" | "observer" | "recorder">,
): WorkloadRun {
  let dag: DagShape | undefined;
  return {
    ...parts,
    get dag() {
      dag ??= readDag();
      return dag;
    },
    seed: order.seed,
    parameters: order.parameters,
    databasePath: databaseOf(order),
    durability: order.durability,
    settings: order.settings,
  };
}

function databaseOf({ store, folder }: TrialOrder): string {
  return store === null ? join(folder, DATABASE_FILE) : trialUrl(store);
}

/** A folder is removed by the runner; a schema is removed here, the one of a trial that was cut too. */
async function dropTrial(engine: EngineBuild, { store }: TrialOrder): Promise<void> {
  if (store === null) return;
  const { dropQueue } = await engine.lab();
  await dropQueue(trialUrl(store));
}

/** Reopens the database, as after a restart, and verifies its tables. */
async function check(order: TrialOrder): Promise<TrialReply> {
  const { workload, parameters } = order;
  const engine = await loadEngine(order.engine);
  const checks = await checkWorkload(engine, workload, databaseOf(order), parameters);
  await dropTrial(engine, order);
  return { kind: "checked", checks };
}

/** Makes the order's DAG. What reads files is loaded only where there is one: it costs a third of a start. */
async function dagReader({ dagFile, parameters, seed }: TrialOrder): Promise<() => DagShape> {
  if (dagFile !== null) {
    const { readDagFile } = await import("../scenario/dag-file/read-dag-file.ts");
    return () => readDagFile(dagFile);
  }
  const { shape, dagSize } = parameters;
  return () => {
    const known = SHAPE_NAMES.find((name) => name === shape);
    if (known === undefined) throw new Error(`no generator for shape ${shape}`);
    return generateDag(known, Number(dagSize), seed);
  };
}

/** Without its runner a trial is of no use to anybody. */
function endOrphan(): void {
  process.kill(process.pid, "SIGKILL");
}

/** The message with what caused it: that a commit failed tells less than that the disk was full. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
  if (!(error instanceof Error) || error.cause === undefined) return messageOf(error);
  return `${error.message} (${reasonOf(error.cause)})`;
}

async function obey(order: TrialOrder): Promise<void> {
  const answer = await (order.mode === "measure" ? measure(order) : check(order)).catch(
    (error: unknown): TrialReply => ({ kind: "failed", reason: reasonOf(error) }),
  );
  process.off("disconnect", endOrphan);
  process.send?.(answer, () => process.disconnect());
}

// Ctrl-C reaches the whole process group; the runner decides what becomes of the trial.
process.on("SIGINT", () => undefined);
process.once("disconnect", endOrphan);
process.once("message", (order: TrialOrder) => void obey(order));
