/** From the caller's nodes and edges to a validated submission, in O(V + E). */
import { InputError } from "../lib/errors.ts";
import type { Config } from "../model/config.ts";
import { MAX_PRIORITY } from "../model/job.ts";
import { TRIGGER, TRIGGER_NAMES, type TriggerName } from "../model/triggers.ts";
import type { Submission } from "../store/store.ts";

/** One node of a DAG to submit. */
export interface NodeInput {
  /** Unique within the DAG; edges may use it. */
  readonly name?: string;
  /** A registered task. */
  readonly task: string;
  /** Any JSON value. */
  readonly args?: unknown;
  /** 0–100, higher first. */
  readonly priority?: number;
  readonly queue?: string;
  readonly trigger?: TriggerName;
  readonly maxAttempts?: number;
  readonly timeoutMs?: number;
}

/** An end of an edge: a node's name, or its index in the submission. */
export type NodeRef = string | number;

/** A DAG to submit. Iterables are read once. */
export interface DagInput {
  readonly name?: string;
  readonly nodes: Iterable<NodeInput>;
  /** (child, parent), in any order; repeats count once. */
  readonly edges?: Iterable<readonly [child: NodeRef, parent: NodeRef]>;
}

function whole(value: number, what: string, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new InputError(`${what}: ${value} is not a whole number from ${min} to ${max}`);
}

function toJson(value: unknown, what: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value ?? null);
  } catch (cause) {
    throw new InputError(`${what}: the args cannot be written as JSON; pass plain data`, {
      cause,
      code: "UNSERIALIZABLE",
    });
  }
  if (text === undefined)
    throw new InputError(`${what}: the args cannot be written as JSON; pass plain data`, {
      code: "UNSERIALIZABLE",
    });
  return text;
}

function readNodes(nodes: Iterable<NodeInput>, config: Config, isTask: (name: string) => boolean) {
  const names: (string | null)[] = [];
  const tasks: string[] = [];
  const args: string[] = [];
  const queues: string[] = [];
  const priorities: number[] = [];
  const rules: number[] = [];
  const attempts: number[] = [];
  const timeouts: number[] = [];
  const byName = new Map<string, number>();
  let index = 0;
  for (const node of nodes) {
    const what = node.name === undefined ? `node ${index}` : `node ${JSON.stringify(node.name)}`;
    if (!isTask(node.task))
      throw new InputError(
        `${what}: there is no task ${JSON.stringify(node.task)}; register it with queue.task(name, handler) first`,
        { code: "UNKNOWN_TASK" },
      );
    if (node.name !== undefined) {
      if (byName.has(node.name))
        throw new InputError(`${what} appears twice; give each node a name of its own`, {
          code: "DUPLICATE_NODE",
        });
      byName.set(node.name, index);
    }
    const rule =
      node.trigger === undefined ? TRIGGER.all_success : TRIGGER_NAMES.indexOf(node.trigger);
    if (rule < 0)
      throw new InputError(
        `${what}: there is no trigger rule ${JSON.stringify(node.trigger)}; known are ${TRIGGER_NAMES.join(", ")}`,
      );
    names.push(node.name ?? null);
    tasks.push(node.task);
    args.push(toJson(node.args, what));
    queues.push(node.queue ?? "default");
    priorities.push(
      whole(node.priority ?? config.defaultPriority, `${what}: priority`, 0, MAX_PRIORITY),
    );
    rules.push(rule);
    attempts.push(whole(node.maxAttempts ?? config.maxAttempts, `${what}: maxAttempts`, 1, 1000));
    timeouts.push(
      whole(node.timeoutMs ?? config.timeoutMs, `${what}: timeoutMs`, 1, 2_147_483_647),
    );
    index++;
  }
  if (index === 0)
    throw new InputError("The DAG has no nodes; add at least one", { code: "EMPTY_DAG" });
  return { names, tasks, args, queues, priorities, rules, attempts, timeouts, byName };
}

function resolveRef(ref: NodeRef, byName: ReadonlyMap<string, number>, count: number): number {
  const index = typeof ref === "string" ? byName.get(ref) : ref;
  if (index !== undefined && Number.isInteger(index) && index >= 0 && index < count) return index;
  throw new InputError(
    `An edge names ${JSON.stringify(ref)}, which is no node of this DAG; add the node, or mend the edge`,
    { code: "UNKNOWN_PARENT" },
  );
}

/** Validates a DAG. @throws InputError naming the node, or the nodes of a cycle */
export function toSubmission(
  dag: DagInput,
  config: Config,
  isTask: (name: string) => boolean,
): Submission {
  const n = readNodes(dag.nodes, config, isTask);
  const count = n.tasks.length;
  const ends: number[] = [];
  for (const [child, parent] of dag.edges ?? [])
    ends.push(resolveRef(child, n.byName, count), resolveRef(parent, n.byName, count));
  const { children, parents } = groupByParent(ends, count);
  assertAcyclic(count, children, parents, (node) => n.names[node] ?? `#${node}`);
  return {
    runName: dag.name ?? null,
    nodeCount: count,
    names: n.names,
    tasks: n.tasks,
    args: n.args,
    queues: n.queues,
    priorities: Uint8Array.from(n.priorities),
    rules: Uint8Array.from(n.rules),
    maxAttempts: Int32Array.from(n.attempts),
    timeoutsMs: Int32Array.from(n.timeouts),
    children,
    parents,
  };
}

/** Sorts edges by parent (counting sort) and drops repeats. */
function groupByParent(
  ends: readonly number[],
  count: number,
): { children: Int32Array; parents: Int32Array } {
  const from = new Int32Array(count + 1);
  for (let k = 1; k < ends.length; k += 2)
    from[(ends[k] as number) + 1] = (from[(ends[k] as number) + 1] as number) + 1;
  for (let node = 0; node < count; node++)
    from[node + 1] = (from[node + 1] as number) + (from[node] as number);
  const sorted = new Int32Array(ends.length / 2);
  const at = from.slice();
  for (let k = 1; k < ends.length; k += 2) {
    const parent = ends[k] as number;
    sorted[at[parent] as number] = ends[k - 1] as number;
    at[parent] = (at[parent] as number) + 1;
  }
  const children = new Int32Array(sorted.length);
  const parents = new Int32Array(sorted.length);
  const lastParent = new Int32Array(count).fill(-1);
  let kept = 0;
  for (let parent = 0; parent < count; parent++) {
    for (let edge = from[parent] as number; edge < (from[parent + 1] as number); edge++) {
      const child = sorted[edge] as number;
      if (lastParent[child] === parent) continue;
      lastParent[child] = parent;
      children[kept] = child;
      parents[kept++] = parent;
    }
  }
  return { children: children.slice(0, kept), parents: parents.slice(0, kept) };
}

/** Kahn's algorithm; edges are grouped by parent. */
function assertAcyclic(
  count: number,
  children: Int32Array,
  parents: Int32Array,
  nameOf: (node: number) => string,
): void {
  const degree = new Int32Array(count);
  const first = new Int32Array(count + 1);
  for (let edge = 0; edge < children.length; edge++) {
    const child = children[edge] as number;
    degree[child] = (degree[child] as number) + 1;
    const slot = (parents[edge] as number) + 1;
    first[slot] = (first[slot] as number) + 1;
  }
  for (let node = 0; node < count; node++)
    first[node + 1] = (first[node + 1] as number) + (first[node] as number);
  const order = new Int32Array(count);
  let found = 0;
  for (let node = 0; node < count; node++) if (degree[node] === 0) order[found++] = node;
  for (let next = 0; next < found; next++) {
    const node = order[next] as number;
    for (let edge = first[node] as number; edge < (first[node + 1] as number); edge++) {
      const child = children[edge] as number;
      degree[child] = (degree[child] as number) - 1;
      if (degree[child] === 0) order[found++] = child;
    }
  }
  if (found < count) throw cycleError(degree, children, parents, nameOf);
}

/** Every node left has a parent left: walking parents must come round. */
function cycleError(
  degree: Int32Array,
  children: Int32Array,
  parents: Int32Array,
  nameOf: (node: number) => string,
): InputError {
  const parentOf = new Map<number, number>();
  for (let edge = 0; edge < children.length; edge++) {
    const child = children[edge] as number;
    const parent = parents[edge] as number;
    if ((degree[child] as number) > 0 && (degree[parent] as number) > 0)
      parentOf.set(child, parent);
  }
  let node = parentOf.keys().next().value as number;
  for (let step = 0; step < parentOf.size; step++) node = parentOf.get(node) as number;
  const cycle = [node];
  for (
    let next = parentOf.get(node);
    next !== undefined && next !== node;
    next = parentOf.get(next)
  )
    cycle.push(next);
  const text = [...cycle, node].map(nameOf);
  const shown =
    text.length > 20
      ? [...text.slice(0, 10), `… ${text.length - 20} more …`, ...text.slice(-10)]
      : text;
  return new InputError(
    `The DAG has a cycle (each waits for the next): ${shown.join(" → ")}; remove one of these edges`,
    { code: "CYCLE" },
  );
}
