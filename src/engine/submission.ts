/** From the caller's DAG or jobs to a validated submission for the store. */
import { InputError, messageOf, QuackmarkError } from "../lib/errors.ts";
import type { Config } from "../model/config.ts";
import { AT_LEAST, triggerName, triggerNumber } from "../model/triggers.ts";
import type { Submission } from "../store/store.ts";
import { assertAcyclic, type NodeRef, readGraph } from "./graph.ts";
import type { JobInput, NodeInput } from "./job-input.ts";
import { checkFields } from "./known-fields.ts";
import { type NodeColumns, readNodes } from "./read-nodes.ts";
import type { TaskFacts } from "./task.ts";

/** A DAG to submit. Iterables are read once, so that a million nodes need not exist at the same time. */
export interface DagInput {
  /** For people; runs may share a name. */
  readonly name?: string;
  /** At least one. */
  readonly nodes: Iterable<NodeInput>;
  /** (child, parent), in any order; repeats count once. */
  readonly edges?: Iterable<readonly [child: NodeRef, parent: NodeRef]>;
}

/** What validation needs to know. */
export interface SubmissionRules {
  readonly config: Config;
  /** The facts of a registered task. */
  taskOf(name: string): TaskFacts | undefined;
  readonly nowMs: number;
}

/** Every field of a DAG, and what `submit` takes beside it; the compiler keeps the list whole. */
const DAG_FIELDS: ReadonlySet<string> = new Set(
  Object.keys({
    name: true,
    nodes: true,
    edges: true,
    strategy: true,
    chunkSize: true,
    client: true,
  } satisfies Record<keyof DagInput | "strategy" | "chunkSize" | "client", true>),
);

const NO_EDGES = new Int32Array(0);

/** Validates a DAG in O(V + E). @throws InputError naming the node, or the nodes of a cycle */
export function toSubmission(dag: DagInput, rules: SubmissionRules): Submission {
  checkFields("The DAG", dag, DAG_FIELDS);
  const columns = readNodes(dag.nodes, rules.config, rules.taskOf, rules.nowMs);
  const nodeCount = columns.args.length;
  const graph = readGraph(dag.edges ?? [], columns.indexOf, nodeCount);
  assertAcyclic(graph, (node) => columns.names[node] ?? `#${node}`);
  return submissionOf(columns, dag.name ?? null, graph.children, graph.parents);
}

/** Validates jobs without a run. @throws InputError naming the job */
export function toJobs(jobs: Iterable<JobInput>, rules: SubmissionRules): Submission {
  const columns = readNodes(jobs, rules.config, rules.taskOf, rules.nowMs);
  return submissionOf(columns, null, NO_EDGES, NO_EDGES);
}

function submissionOf(
  { indexOf: _, rare, ...columns }: NodeColumns,
  runName: string | null,
  children: Int32Array,
  parents: Int32Array,
): Submission {
  const nodeCount = columns.args.length;
  const submission = { ...columns, ...rare, runName, nodeCount, children, parents };
  if (columns.rules.some((rule) => rule > AT_LEAST)) assertAtLeast(submission);
  return submission;
}

/** `at_least(k)` with fewer than k parents would never run. */
function assertAtLeast({ nodeCount, names, rules, children, outside }: Submission): void {
  const parents = new Int32Array(nodeCount);
  for (const child of children) parents[child] = (parents[child] as number) + 1;
  for (const child of outside.children) parents[child] = (parents[child] as number) + 1;
  rules.forEach((rule, node) => {
    if (rule <= AT_LEAST) return;
    try {
      triggerNumber(triggerName(rule), parents[node] as number);
    } catch (error) {
      throw new InputError(`node ${JSON.stringify(names[node] ?? node)}: ${messageOf(error)}`);
    }
  });
}

/** @throws QuackmarkError QUEUE_DRAINING when a job goes to a queue that is run empty */
export function assertAccepted(s: Submission, draining: ReadonlySet<string>): void {
  if (draining.size === 0) return;
  for (let node = 0; node < s.nodeCount; node++) {
    const queue = s.queues.at(node);
    if (!draining.has(queue)) continue;
    throw new QuackmarkError(
      "QUEUE_DRAINING",
      `The queue ${JSON.stringify(queue)} is being drained and accepts nothing; resume it first, or use another queue`,
    );
  }
}

/** For jobs that were checked when they were given: any task is known. */
export const ANY_TASK: TaskFacts = { defaults: {}, argsProblem: null };
