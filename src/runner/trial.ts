/**
 * The program of a trial process, started by trial-process.ts: takes one order, measures a cell once
 * on a fresh database or checks a finished one, answers, and ends.
 */
import { join } from "node:path";
import { messageOf } from "../lib/errors.ts";
import type { Checks } from "../results/result.ts";
import {
  type EnvironmentSpan,
  startTrialEnvironment,
  type TrialWatch,
  trialEnvironment,
} from "../results/trial-environment.ts";
import type { DagShape } from "../scenario/dag-shape.ts";
import { generateDag, SHAPE_NAMES } from "../scenario/generate-dag.ts";
import type { EngineBuild } from "../scenario/workloads/engine-build.ts";
import type { JobSource } from "../scenario/workloads/job-source.ts";
import { loadEngine } from "../scenario/workloads/load-engine.ts";
import type { Observer, WorkloadRun } from "../scenario/workloads/workload-run.ts";
import { joinChecks } from "./join-checks.ts";
import { joinRounds } from "./join-rounds.ts";
import { loadHandlers } from "./load-handlers.ts";
import { trialUrl } from "./plan-store.ts";
import { checkWorkload, runWorkload } from "./run-workload.ts";
import { databaseFile, GO, type TrialOrder, type TrialReply } from "./trial-message.ts";
import { type Recorded, TrialRecorder } from "./trial-recorder.ts";
import { warmUp } from "./warm-up.ts";

const BYTES_PER_KIB = 1024;

function reply(message: TrialReply): void {
  process.send?.(message);
}

async function measure(order: TrialOrder): Promise<TrialReply> {
  const engine = await loadEngine(order.engine);
  const jobs = await loadHandlers(order.handlers);
  await dropTrial(engine, order);
  const readDag = await dagReader(order);
  // The clock of a process begins with it.
  const loadedMs = performance.now();
  await warmUp(order, engine, jobs);
  const startMs = performance.now();
  const start = { startMs, warmUpMs: startMs - loadedMs };
  const rounds: Round[] = [];
  for (let round = 0; round < order.rounds; round++) {
    if (order.rounds > 1) await turn();
    if (round > 0) await dropTrial(engine, order);
    rounds.push(await measureRound(order, round, { engine, jobs, readDag }));
  }
  const { metrics, rounds: columns } = joinRounds(rounds.map((round) => round.metrics));
  const [only, ...others] = rounds;
  const recorded = only === undefined || others.length > 0 ? {} : only.recorded;
  return {
    kind: "measured",
    // Percentiles of several databases are no latency that a user would meet: only their medians are kept.
    ...recorded,
    metrics: { ...metrics, ...start },
    ...(columns && { rounds: columns }),
    environment: trialEnvironment(rounds.map(({ span }) => span)),
  };
}

/** Says that it waits, and waits. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const hear = (message: unknown): void => {
      if (message !== GO) return;
      process.off("message", hear);
      resolve();
    };
    process.on("message", hear);
    reply({ kind: "ready" });
  });
}

/** What one pass of the measured part gave. */
interface Round {
  readonly metrics: Readonly<Record<string, number>>;
  readonly recorded: Omit<Recorded, "metrics">;
  readonly span: EnvironmentSpan;
}

/** What all rounds of a process share. */
interface RoundParts {
  readonly engine: EngineBuild;
  readonly jobs: JobSource;
  readonly readDag: () => DagShape;
}

async function measureRound(
  order: TrialOrder,
  round: number,
  { engine, jobs, readDag }: RoundParts,
): Promise<Round> {
  let watch: TrialWatch = startTrialEnvironment();
  let span = watch.span();
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
      span = watch.span();
      peakRssBytes = process.resourceUsage().maxRSS * BYTES_PER_KIB;
      reply({ kind: "ended" });
    },
  };
  const databasePath = databaseOf(order, round);
  const parts = { engine, jobs, observer, recorder, databasePath };
  const metrics = await runWorkload(order.workload, workloadRun(order, readDag, parts));
  const { metrics: percentiles, ...recorded } = await recorder.recorded();
  return { metrics: { ...metrics, ...percentiles, peakRssBytes }, recorded, span };
}

/** The DAG is made when the workload reads it, before its measured part; those without a shape never do. */
function workloadRun(
  order: TrialOrder,
  readDag: () => DagShape,
  parts: Pick<WorkloadRun, "engine" | "jobs" | "observer" | "recorder" | "databasePath">,
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
    durability: order.durability,
    settings: order.settings,
  };
}

function databaseOf({ store, folder }: TrialOrder, round: number): string {
  return store === null ? join(folder, databaseFile(round)) : trialUrl(store);
}

/** A folder is removed by the runner; a schema is removed here, the one of a trial that was cut too. */
async function dropTrial(engine: EngineBuild, { store }: TrialOrder): Promise<void> {
  if (store === null) return;
  const { dropQueue } = await engine.lab();
  await dropQueue(trialUrl(store));
}

/** Reopens the database of each round, as after a restart, and verifies its tables. */
async function check(order: TrialOrder): Promise<TrialReply> {
  const { workload, parameters, store } = order;
  const engine = await loadEngine(order.engine);
  const checks: Checks[] = [];
  // A store of its own holds the last round only.
  for (let round = store === null ? 0 : order.rounds - 1; round < order.rounds; round++) {
    checks.push(await checkWorkload(engine, workload, databaseOf(order, round), parameters));
  }
  await dropTrial(engine, order);
  return { kind: "checked", checks: joinChecks(checks) };
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
