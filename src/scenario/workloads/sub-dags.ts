/**
 * `sub-dags`: nodes of a run that bring jobs of their own, as a sub-run, a map or added nodes, beside the
 * same jobs submitted at once; what it costs to learn of a job late.
 */
import type { DagInput, JobContext, NodeInput } from "../../engine/index.ts";
import type { EngineBuild } from "./engine-build.ts";
import { startMeters } from "./meter.ts";
import { requireDone } from "./run-end.ts";
import { startWorkers } from "./start-workers.ts";
import { withQueue } from "./with-queue.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** How the jobs of a node come to be. */
type Growth = "flat" | "expand" | "map" | "add-nodes";

const NODE_TASK = "node";
const JOB_TASK = "job";
const AFTER_TASK = "after";

/** The args of each job: the number of its node, and how deep it is nested. */
interface Place {
  readonly node: number;
  readonly level: number;
}

/** See the file's head. */
export function subDagsWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { databasePath, engine, observer, parameters, recorder } = run;
  const plan: Plan = {
    engine,
    growth: parameters["growth"] as Growth,
    nodes: Number(parameters["nodes"]),
    children: Number(parameters["children"]),
    depth: Number(parameters["depth"] ?? 1),
  };
  return withQueue(run, async (queue) => {
    const times = new NodeTimes(plan.nodes);
    queue.task<Place, unknown>(NODE_TASK, async (place, context) => {
      times.begun(place.node);
      return await grow(plan, place, context);
    });
    queue.task<Place, unknown>(JOB_TASK, async (place, context) => {
      times.jobBegun(place.node);
      // The last job of each level brings the next one.
      if (place.level < 0) return await grow(plan, { ...place, level: -place.level }, context);
      times.jobEnded(place.node);
      return place.node;
    });
    queue.task<Place, number>(AFTER_TASK, async ({ node }) => {
      times.afterBegun(node);
      return node;
    });
    startWorkers(queue, parameters);
    observer.began();
    const stopMeters = startMeters(queue, databasePath);
    const { runId } = await queue.submit(submission(plan));
    const end = await queue.waitForRun(runId);
    const { elapsedMs, metrics } = stopMeters();
    observer.ended();
    requireDone(end);
    times.tell(recorder.latency("subStartMs"), recorder.latency("subEndMs"));
    const jobs = jobsOf(plan);
    return {
      ...metrics,
      jobs,
      edges: edgesOf(plan),
      endToEndMs: elapsedMs,
      endToEndJobsPerS: (jobs / elapsedMs) * 1000,
    };
  });
}

interface Plan {
  readonly engine: Pick<EngineBuild, "expand" | "map">;
  readonly growth: Growth;
  /** Nodes that bring jobs, each with a node that waits for these. */
  readonly nodes: number;
  /** Jobs of each node at each level. */
  readonly children: number;
  /** Levels of sub-runs; 1 where nothing nests. */
  readonly depth: number;
}

function jobsOf({ nodes, children, depth }: Plan): number {
  return nodes * (2 + children * depth);
}

/** What waits: `after` for its node, or for each job; jobs for their node where they are of its run. */
function edgesOf({ growth, nodes, children }: Plan): number {
  return growth === "flat" || growth === "add-nodes" ? nodes * 2 * children : nodes;
}

/** What a node does: it brings its jobs, or nothing where they are there already. */
async function grow(plan: Plan, { node, level }: Place, context: JobContext): Promise<unknown> {
  switch (plan.growth) {
    case "flat":
      return node;
    case "expand":
      return plan.engine.expand({ nodes: jobsOfLevel(plan, node, level + 1) });
    case "map":
      return plan.engine.map(
        JOB_TASK,
        jobsOfLevel(plan, node, 1).map(({ args }) => args),
      );
    case "add-nodes": {
      const nodes = jobsOfLevel(plan, node, 1).map((job) => ({
        ...job,
        dependsOn: [context.jobId],
      }));
      await context.addNodes({
        nodes: [...nodes, { task: AFTER_TASK, args: { node, level: 0 } }],
        edges: nodes.map((_, i) => [nodes.length, i] as const),
      });
      return node;
    }
  }
}

/** A job's level is negative where it is the one that brings the next level. */
function jobsOfLevel({ children, depth }: Plan, node: number, level: number): NodeInput[] {
  return Array.from({ length: children }, (_, i) => ({
    task: JOB_TASK,
    args: { node, level: i === children - 1 && level < depth ? -level : level },
  }));
}

function submission(plan: Plan): DagInput {
  const nodes: NodeInput[] = [];
  const edges: [number, number][] = [];
  for (let node = 0; node < plan.nodes; node++) {
    const parent = nodes.push({ task: NODE_TASK, args: { node, level: 0 } }) - 1;
    const jobs = plan.growth === "flat" ? jobsOfLevel(plan, node, 1) : [];
    nodes.push(...jobs);
    if (plan.growth === "add-nodes") continue;
    const after = nodes.push({ task: AFTER_TASK, args: { node, level: 0 } }) - 1;
    if (jobs.length === 0) edges.push([after, parent]);
    for (let job = parent + 1; job < after; job++) edges.push([job, parent], [after, job]);
  }
  return { name: plan.growth, nodes, edges };
}

/** When things happened around each node. */
class NodeTimes {
  readonly #begunMs: Float64Array;
  readonly #firstJobMs: Float64Array;
  readonly #lastEndMs: Float64Array;
  readonly #afterMs: Float64Array;

  constructor(nodes: number) {
    this.#begunMs = new Float64Array(nodes);
    this.#firstJobMs = new Float64Array(nodes);
    this.#lastEndMs = new Float64Array(nodes);
    this.#afterMs = new Float64Array(nodes);
  }

  begun(node: number): void {
    this.#begunMs[node] = performance.now();
  }

  jobBegun(node: number): void {
    if (this.#firstJobMs[node] === 0) this.#firstJobMs[node] = performance.now();
  }

  jobEnded(node: number): void {
    this.#lastEndMs[node] = performance.now();
  }

  afterBegun(node: number): void {
    this.#afterMs[node] = performance.now();
  }

  tell(addStart: (ms: number) => void, addEnd: (ms: number) => void): void {
    for (const [node, begunMs] of this.#begunMs.entries()) {
      addStart((this.#firstJobMs[node] as number) - begunMs);
      addEnd((this.#afterMs[node] as number) - (this.#lastEndMs[node] as number));
    }
  }
}
