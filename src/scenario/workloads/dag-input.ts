/** A {@link DagShape} as the engine takes it: a stream of nodes and edges, no second copy in memory. */
import type { DagInput, NodeInput } from "../../engine/index.ts";
import type { DagShape } from "../dag-shape.ts";

/** The task of every node. Its args and its result are small JSON values, as real jobs have them. */
export const NOOP_TASK = "noop";

/** The args of a node. */
export interface NoopArgs {
  readonly i: number;
}

/** The handler of {@link NOOP_TASK}: asynchronous, because users' handlers are. */
export async function noop({ i }: NoopArgs): Promise<number> {
  return i;
}

/** The DAG with a no-op job for each node. */
export function dagInput(dag: DagShape): Required<DagInput> {
  return { name: dag.name, nodes: nodesOf(dag), edges: edgesOf(dag) };
}

function* nodesOf(dag: DagShape): Generator<NodeInput> {
  for (let i = 0; i < dag.nodeCount; i++) {
    const priority = dag.priority?.(i);
    const node = { name: dag.nodeName?.(i) ?? `n${i}`, task: NOOP_TASK, args: { i } };
    yield priority === undefined ? node : { ...node, priority };
  }
}

function* edgesOf({ children, parents, edgeCount }: DagShape): Generator<[number, number]> {
  for (let edge = 0; edge < edgeCount; edge++) {
    yield [children[edge] as number, parents[edge] as number];
  }
}
