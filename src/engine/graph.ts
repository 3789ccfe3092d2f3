/** The edges of a DAG in columns grouped by parent, without repeats, and proof that they have no cycle: O(V + E). */

import { InputError } from "../lib/errors.ts";
import { IntList } from "../lib/grown.ts";

/** An end of an edge: a node's name, or its index in the submission. */
export type NodeRef = string | number;

/** Edges grouped by parent: those of node p are `children[first[p]]` to `children[first[p + 1] - 1]`. */
export interface Graph {
  readonly nodeCount: number;
  readonly children: Int32Array;
  readonly parents: Int32Array;
  readonly first: Int32Array;
}

/** Cycles longer than this are shown in part. */
const SHOWN_NODES = 20;

function resolveRef(ref: NodeRef, indexOf: (name: string) => number, nodeCount: number): number {
  const index = typeof ref === "string" ? indexOf(ref) : ref;
  if (Number.isInteger(index) && index >= 0 && index < nodeCount) return index;
  throw new InputError(
    `An edge names ${JSON.stringify(ref)}, which is no node of this DAG; add the node, or mend the edge`,
    { code: "UNKNOWN_PARENT" },
  );
}

/** Reads (child, parent) pairs in any order; repeats count once. @throws InputError for an unknown node */
export function readGraph(
  edges: Iterable<readonly [child: NodeRef, parent: NodeRef]>,
  indexOf: (name: string) => number,
  nodeCount: number,
): Graph {
  const childList = new IntList();
  const parentList = new IntList();
  if (typeof edges?.[Symbol.iterator] !== "function")
    throw new InputError("The edges are no list; pass [child, parent] pairs");
  for (const edge of edges) {
    if (!Array.isArray(edge) || edge.length !== 2)
      throw new InputError(
        `An edge is ${JSON.stringify(edge)}; write it as [child, parent], each the name or the index of a node`,
      );
    const [child, parent] = edge;
    childList.push(resolveRef(child, indexOf, nodeCount));
    parentList.push(resolveRef(parent, indexOf, nodeCount));
  }
  const first = offsets(parentList.view(), nodeCount);
  return withoutRepeats(first, sortByParent(childList.view(), parentList.view(), first), nodeCount);
}

/** Where each parent's edges begin: counting sort, first half. */
function offsets(parents: Int32Array, nodeCount: number): Int32Array {
  const first = new Int32Array(nodeCount + 1);
  for (let edge = 0; edge < parents.length; edge++) {
    const slot = (parents[edge] as number) + 1;
    first[slot] = (first[slot] as number) + 1;
  }
  for (let node = 0; node < nodeCount; node++)
    first[node + 1] = (first[node + 1] as number) + (first[node] as number);
  return first;
}

/** Counting sort, second half; keeps the order of a parent's edges. */
function sortByParent(children: Int32Array, parents: Int32Array, first: Int32Array): Int32Array {
  const sorted = new Int32Array(children.length);
  const next = first.slice();
  for (let edge = 0; edge < children.length; edge++) {
    const parent = parents[edge] as number;
    const place = next[parent] as number;
    sorted[place] = children[edge] as number;
    next[parent] = place + 1;
  }
  return sorted;
}

function withoutRepeats(from: Int32Array, sorted: Int32Array, nodeCount: number): Graph {
  const children = new Int32Array(sorted.length);
  const parents = new Int32Array(sorted.length);
  const first = new Int32Array(nodeCount + 1);
  const seenFrom = new Int32Array(nodeCount).fill(-1);
  let kept = 0;
  for (let parent = 0; parent < nodeCount; parent++) {
    for (let edge = from[parent] as number; edge < (from[parent + 1] as number); edge++) {
      const child = sorted[edge] as number;
      if (seenFrom[child] === parent) continue;
      seenFrom[child] = parent;
      children[kept] = child;
      parents[kept++] = parent;
    }
    first[parent + 1] = kept;
  }
  return {
    nodeCount,
    children: children.subarray(0, kept),
    parents: parents.subarray(0, kept),
    first,
  };
}

/** @throws InputError that spells out a cycle, where there is one */
export function assertAcyclic(graph: Graph, nameOf: (node: number) => string): void {
  const { nodeCount, children, first } = graph;
  const waitsFor = new Int32Array(nodeCount);
  for (let edge = 0; edge < children.length; edge++) {
    const child = children[edge] as number;
    waitsFor[child] = (waitsFor[child] as number) + 1;
  }
  const order = new Int32Array(nodeCount);
  let found = 0;
  for (let node = 0; node < nodeCount; node++) if (waitsFor[node] === 0) order[found++] = node;
  for (let next = 0; next < found; next++) {
    const node = order[next] as number;
    for (let edge = first[node] as number; edge < (first[node + 1] as number); edge++) {
      const child = children[edge] as number;
      const left = (waitsFor[child] as number) - 1;
      waitsFor[child] = left;
      if (left === 0) order[found++] = child;
    }
  }
  if (found < nodeCount) throw cycleError(graph, waitsFor, nameOf);
}

/** Every node left over has a parent left over: walking parents must come round. */
function cycleError(
  graph: Graph,
  waitsFor: Int32Array,
  nameOf: (node: number) => string,
): InputError {
  const parentOf = new Map<number, number>();
  graph.children.forEach((child, edge) => {
    const parent = graph.parents[edge] as number;
    if ((waitsFor[child] as number) > 0 && (waitsFor[parent] as number) > 0)
      parentOf.set(child, parent);
  });
  let node = parentOf.keys().next().value as number;
  for (let step = 0; step < parentOf.size; step++) node = parentOf.get(node) as number;
  const cycle = [node];
  for (
    let next = parentOf.get(node);
    next !== undefined && next !== node;
    next = parentOf.get(next)
  )
    cycle.push(next);
  const names = [...cycle, node].map(nameOf);
  const half = SHOWN_NODES / 2;
  const shown =
    names.length > SHOWN_NODES
      ? [...names.slice(0, half), `… ${names.length - SHOWN_NODES} more …`, ...names.slice(-half)]
      : names;
  return new InputError(
    `The DAG has a cycle, in which each node waits for the next: ${shown.join(" → ")}; remove one of these edges`,
    { code: "CYCLE" },
  );
}
