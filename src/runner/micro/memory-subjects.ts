/** Hot functions that touch nothing but memory: heap, graph validation, serializing. */
import type { DagShape } from "../../scenario/dag-shape.ts";
import { generateDag } from "../../scenario/generate-dag.ts";
import { dagInput } from "../../scenario/workloads/dag-input.ts";
import { NOOP_JOBS } from "../../scenario/workloads/job-source.ts";
import type { Subject, SubjectInput } from "./subject.ts";

/** Different task names among the items, as in a real submission. */
const TASK_NAMES = 20;

/** Spreads the keys of the heap without a generator: the golden ratio in 32 bits. */
const SPREAD = 0x9e3779b1;

/** Items go in with scattered keys and come out in order, as ready jobs do. */
export function heapSubject({ lab: { NumberHeap }, items, seed }: SubjectInput): Subject {
  const keys = Float64Array.from({ length: items }, (_, i) => Math.imul(i + seed, SPREAD) >>> 0);
  const drained = new Float64Array(items);
  return {
    pass() {
      const heap = new NumberHeap();
      for (let i = 0; i < items; i++) heap.push(keys[i] as number, i);
      for (let i = 0; i < items; i++) {
        drained[i] = heap.minKey;
        heap.pop();
      }
      return drained;
    },
    verify: () =>
      keys.toSorted().every((key, i) => drained[i] === key) ? null : "the heap is out of order",
  };
}

/** Reads the edges of a random DAG and proves that it has no cycle. An item is a node. */
export function graphSubject({ lab, items, seed }: SubjectInput): Subject {
  const { assertAcyclic, readGraph } = lab;
  const dag = generateDag("random", items, seed);
  const pairs = edgePairs(dag);
  return {
    pass() {
      const graph = readGraph(pairs, () => -1, items);
      assertAcyclic(graph, String);
      return graph.children.length;
    },
    verify: (edges) =>
      edges === dag.edgeCount ? null : `${String(edges)} edges instead of ${dag.edgeCount}`,
  };
}

function edgePairs({ children, parents, edgeCount }: DagShape): [number, number][] {
  return Array.from({ length: edgeCount }, (_, e) => [children[e] as number, parents[e] as number]);
}

/** Task names as a column of small numbers, each name kept once: what a submission does. */
export function namesSubject({ lab: { StringColumn }, items }: SubjectInput): Subject {
  return {
    pass() {
      const column = new StringColumn();
      for (let i = 0; i < items; i++) column.push(taskName(i));
      return column.at(items - 1);
    },
    verify: (last) => (last === taskName(items - 1) ? null : `the last name is ${String(last)}`),
  };
}

/** The same without the cache: every name is written out as JSON again. */
export function uncachedNamesSubject({ items }: SubjectInput): Subject {
  return {
    pass() {
      const texts = new Array<string>(items);
      for (let i = 0; i < items; i++) texts[i] = JSON.stringify(taskName(i));
      return texts[items - 1];
    },
    verify: (last) =>
      last === JSON.stringify(taskName(items - 1)) ? null : `the last name is ${String(last)}`,
  };
}

/** Reads nodes with small args and validates them: a submission up to the store. */
export function argsSubject({ lab: { labSubmission }, items, seed }: SubjectInput): Subject {
  const dag = generateDag("random", items, seed);
  return {
    pass: () => labSubmission(dagInput(dag, NOOP_JOBS)).args[items - 1],
    verify: (last) => (last === `{"i":${items - 1}}` ? null : `the last args are ${String(last)}`),
  };
}

/** Rows of jobs and edges become column chunks, as the appender takes them. An item is a job. */
export function chunksSubject({ lab, items, seed }: SubjectInput): Subject {
  const { fillChunks, labSubmission } = lab;
  const dag = generateDag("random", items, seed);
  const submission = labSubmission(dagInput(dag, NOOP_JOBS));
  const rowsDue = items + dag.edgeCount;
  return {
    pass: () => fillChunks(submission),
    verify: (rows) => (rows === rowsDue ? null : `${String(rows)} rows instead of ${rowsDue}`),
  };
}

function taskName(i: number): string {
  return `task-${i % TASK_NAMES}`;
}
