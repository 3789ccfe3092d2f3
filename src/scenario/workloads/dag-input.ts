/** A DAG as the queue takes it, made node by node: no second copy in memory. */
import type { DagInput, NodeInput } from "../../engine/index.ts";
import type { DagShape } from "../dag-shape.ts";
import type { JobSource } from "./job-source.ts";

/** The DAG with a job for each node. */
export function dagInput(dag: DagShape, jobs: JobSource): Required<DagInput> {
  return { name: dag.name, nodes: nodesOf(dag, jobs), edges: edgesOf(dag) };
}

function* nodesOf(dag: DagShape, jobs: JobSource): Generator<NodeInput> {
  for (let i = 0; i < dag.nodeCount; i++) {
    const priority = dag.priority?.(i);
    const name = dag.nodeName?.(i) ?? `n${i}`;
    const node = { name, task: jobs.taskOf(i), args: jobs.argsOf(i) };
    yield priority === undefined ? node : { ...node, priority };
  }
}

function* edgesOf({ children, parents, edgeCount }: DagShape): Generator<[number, number]> {
  for (let edge = 0; edge < edgeCount; edge++) {
    yield [children[edge] as number, parents[edge] as number];
  }
}
