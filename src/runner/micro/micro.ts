/** `micro`: hot functions by themselves, pass by pass, through tinybench. */
import { Bench } from "tinybench";
import type { StrategyName } from "../../engine/index.ts";
import type { KeyChoice } from "../../engine/lab.ts";
import type { Checks } from "../../results/result.ts";
import { generateDag } from "../../scenario/generate-dag.ts";
import type { ParameterValue } from "../../scenario/workload.ts";
import type { EngineBuild } from "../../scenario/workloads/engine-build.ts";
import { percentileOf } from "../../scenario/workloads/percentile.ts";
import type { WorkloadRun } from "../../scenario/workloads/workload-run.ts";
import { insertSubject } from "./insert-subject.ts";
import {
  argsSubject,
  chunksSubject,
  graphSubject,
  heapSubject,
  namesSubject,
  uncachedNamesSubject,
} from "./memory-subjects.ts";
import type { Subject, SubjectInput } from "./subject.ts";

/** How long passes are repeated, and how many there are at least. */
const MEASURED_MS = 500;
const MIN_PASSES = 10;
/** The just-in-time compiler has seen enough after this. */
const WARM_UP_MS = 100;
const WARM_UP_PASSES = 3;

const MEMORY_SUBJECTS: Readonly<Record<string, (input: SubjectInput) => Subject>> = {
  heap: heapSubject,
  graph: graphSubject,
  names: namesSubject,
  "names-uncached": uncachedNamesSubject,
  args: argsSubject,
  chunks: chunksSubject,
};

/** Measures passes over the items; `passMs` has the time of each. */
export async function microWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { observer, parameters, recorder } = run;
  const items = Number(parameters["items"]);
  const subject = await subjectOf(run, items);
  try {
    observer.began();
    const { samplesMs, result } = await measurePasses(subject);
    observer.ended();
    const problem = subject.verify(result);
    if (problem !== null) throw new Error(`wrong answer: ${problem}`);
    const addPass = recorder.latency("passMs");
    for (const ms of samplesMs) addPass(ms);
    return {
      ...countsOf(run, items),
      passes: samplesMs.length,
      itemsPerS: (items / percentileOf(samplesMs, 50)) * 1000,
    };
  } finally {
    await subject.close?.();
  }
}

/** What the last pass of an insert must have left; nothing for functions in memory. */
function countsOf(
  { parameters, seed }: Pick<WorkloadRun, "parameters" | "seed">,
  items: number,
): { jobs: number; edges: number } {
  if (parameters["subject"] !== "insert") return { jobs: 0, edges: 0 };
  return { jobs: items, edges: generateDag("random", items, seed).edgeCount };
}

/** Counts the rows that a finished trial has left. */
export async function checkMicro(
  engine: EngineBuild,
  path: string,
  parameters: Readonly<Record<string, ParameterValue>>,
): Promise<Checks> {
  const { labCounts } = await engine.lab();
  const counts = parameters["subject"] === "insert" ? await labCounts(path) : { jobs: 0, edges: 0 };
  return { ...counts, doneOnce: null, ordered: null, checksum: "", violations: [] };
}

async function subjectOf(run: WorkloadRun, items: number): Promise<Subject> {
  const { databasePath, durability, settings, parameters, seed } = run;
  const lab = await run.engine.lab();
  const { subject: name, strategy, keys } = parameters;
  if (name === "insert") {
    return await insertSubject({
      lab,
      items,
      seed,
      databasePath,
      durability,
      settings,
      // The scenario's schema allows known names only.
      strategy: (strategy ?? "appender") as StrategyName,
      keys: (keys ?? "none") as KeyChoice,
    });
  }
  const make = MEMORY_SUBJECTS[String(name)];
  if (make === undefined) throw new Error(`there is no subject ${String(name)}`);
  return make({ lab, items, seed });
}

async function measurePasses(
  subject: Subject,
): Promise<{ samplesMs: Float64Array; result: unknown }> {
  let result: unknown;
  const bench = new Bench({
    time: MEASURED_MS,
    iterations: MIN_PASSES,
    warmupTime: WARM_UP_MS,
    warmupIterations: WARM_UP_PASSES,
    retainSamples: true,
    throws: true,
  });
  const prepare = subject.prepare?.bind(subject);
  const pass = (): unknown => {
    result = subject.pass();
    return result;
  };
  // What is asynchronous says so: tinybench would find out by a pass that it does not wait for.
  const waiting = async (): Promise<void> => {
    result = await subject.pass();
  };
  bench.add(
    "pass",
    subject.asynchronous ? waiting : pass,
    prepare === undefined ? {} : { beforeEach: prepare },
  );
  await bench.run();
  const outcome = bench.tasks[0]?.result;
  if (outcome?.state !== "completed") throw new Error(`tinybench ended as ${outcome?.state}`);
  return { samplesMs: Float64Array.from(outcome.latency.samples ?? []), result: await result };
}
