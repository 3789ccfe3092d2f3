/** From the caller's DAG to a validated submission for the store. */
import type { Config } from "../model/config.ts";
import type { Submission } from "../store/store.ts";
import { assertAcyclic, type NodeRef, readGraph } from "./graph.ts";
import { type NodeInput, readNodes } from "./read-nodes.ts";

/** A DAG to submit. Iterables are read once, so that a million nodes need not exist at the same time. */
export interface DagInput {
  /** For people; runs may share a name. */
  readonly name?: string;
  /** At least one. */
  readonly nodes: Iterable<NodeInput>;
  /** (child, parent), in any order; repeats count once. */
  readonly edges?: Iterable<readonly [child: NodeRef, parent: NodeRef]>;
}

/** Validates a DAG in O(V + E). @throws InputError naming the node, or the nodes of a cycle */
export function toSubmission(
  dag: DagInput,
  config: Config,
  isTask: (name: string) => boolean,
): Submission {
  const { indexOf, ...columns } = readNodes(dag.nodes, config, isTask);
  const nodeCount = columns.args.length;
  const graph = readGraph(dag.edges ?? [], indexOf, nodeCount);
  assertAcyclic(graph, (node) => columns.names[node] ?? `#${node}`);
  return {
    ...columns,
    runName: dag.name ?? null,
    nodeCount,
    children: graph.children,
    parents: graph.parents,
  };
}
