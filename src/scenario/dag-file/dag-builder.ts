/**
 * Collects the nodes and dependencies that a file names, in any order, and makes a {@link DagShape}
 * of them: every name once, every dependency once, no cycle. All three file formats end here.
 */
import { InputError } from "../../lib/errors.ts";
import { type DagShape, MAX_DAG_NODES } from "../dag-shape.ts";
import { findCycle, type ParentLists } from "./find-cycle.ts";
import { quoteId } from "./quote-id.ts";

/** Most dependencies of one file, repeated ones included. A DOT file of 200 kB can spell 100 million. */
const MAX_FILE_EDGES = 10_000_000;

/** Tasks of a cycle that are spelled out; the rest are counted. */
const CYCLE_IDS_SHOWN = 20;

/** See the file's comment. `file` is the path as the user wrote it, for messages. */
export class DagBuilder {
  readonly #file: string;
  readonly #maxEdges: number;
  readonly #indexOf = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #children: number[] = [];
  readonly #parents: number[] = [];

  /** `maxEdges` bounds memory; repeated dependencies count. */
  constructor(file: string, maxEdges: number = MAX_FILE_EDGES) {
    this.#file = file;
    this.#maxEdges = maxEdges;
  }

  /** The node of that name, or undefined when none was added yet. */
  find(name: string): number | undefined {
    return this.#indexOf.get(name);
  }

  /** The node of that name, added on first mention. Nodes keep the order of their first mention. */
  node(name: string): number {
    const known = this.#indexOf.get(name);
    if (known !== undefined) return known;
    const index = this.#names.length;
    if (index === MAX_DAG_NODES) {
      throw new InputError(
        `${this.#file}: more than ${MAX_DAG_NODES} nodes. Use a smaller part of the workflow.`,
      );
    }
    this.#indexOf.set(name, index);
    this.#names.push(name);
    return index;
  }

  /** Says that `child` waits for `parent`, both as returned by {@link node}. Saying it twice changes nothing. */
  edge(child: number, parent: number): void {
    if (this.#children.length === this.#maxEdges) {
      throw new InputError(
        `${this.#file}: more than ${this.#maxEdges} dependencies. Use a smaller part of the workflow.`,
      );
    }
    this.#children.push(child);
    this.#parents.push(parent);
  }

  /** The DAG, named `name`. Throws an InputError when there is no node, or a cycle, which it spells out. */
  build(name: string): DagShape & { nodeName(node: number): string } {
    const names = this.#names;
    if (names.length === 0) {
      throw new InputError(
        `${this.#file}: no task in this file. Name a workflow with at least one.`,
        {
          code: "EMPTY_DAG",
        },
      );
    }
    const lists = this.#parentLists();
    const cycle = findCycle(lists);
    if (cycle !== undefined) throw this.#cycleError(cycle);
    return {
      name,
      nodeCount: names.length,
      edgeCount: lists.parents.length,
      children: childrenOf(lists),
      parents: lists.parents,
      nodeName: (node) => names[node] ?? "",
    };
  }

  /** Groups the edges by child with a counting sort and drops repeated ones, in O(nodes + edges) without hashing. */
  #parentLists(): ParentLists {
    const nodeCount = this.#names.length;
    const grouped = groupByChild(nodeCount, this.#children, this.#parents);
    const starts = new Int32Array(nodeCount + 1);
    const lastChildOf = new Int32Array(nodeCount).fill(-1);
    let kept = 0;
    for (let child = 0; child < nodeCount; child++) {
      const end = grouped.starts[child + 1] ?? 0;
      for (let e = grouped.starts[child] ?? 0; e < end; e++) {
        const parent = grouped.parents[e] ?? 0;
        if (lastChildOf[parent] === child) continue;
        lastChildOf[parent] = child;
        grouped.parents[kept++] = parent;
      }
      starts[child + 1] = kept;
    }
    return { starts, parents: grouped.parents.slice(0, kept) };
  }

  #cycleError(cycle: readonly number[]): InputError {
    const shown = cycle.slice(0, CYCLE_IDS_SHOWN).map((node) => quoteId(this.#names[node] ?? ""));
    const left = cycle.length - shown.length;
    if (left > 0) shown.push(`… ${left} more …`);
    const first = quoteId(this.#names[cycle[0] ?? 0] ?? "");
    return new InputError(
      `${this.#file}: the tasks wait for each other in a cycle: ${[...shown, first].join(" → ")} ` +
        "(parent → child). Remove one of these dependencies.",
      { code: "CYCLE" },
    );
  }
}

function groupByChild(
  nodeCount: number,
  children: readonly number[],
  parents: readonly number[],
): ParentLists {
  const starts = new Int32Array(nodeCount + 1);
  for (const child of children) starts[child + 1] = (starts[child + 1] ?? 0) + 1;
  for (let i = 0; i < nodeCount; i++) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
  const next = starts.slice();
  const sorted = new Int32Array(parents.length);
  for (const [e, child] of children.entries()) {
    const at = next[child] ?? 0;
    next[child] = at + 1;
    sorted[at] = parents[e] ?? 0;
  }
  return { starts, parents: sorted };
}

function childrenOf(lists: ParentLists): Int32Array {
  const children = new Int32Array(lists.parents.length);
  for (let child = 0; child + 1 < lists.starts.length; child++) {
    children.fill(child, lists.starts[child], lists.starts[child + 1]);
  }
  return children;
}
