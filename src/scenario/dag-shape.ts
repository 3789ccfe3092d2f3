/**
 * The DAGs that scenarios submit, as columns: one form for generated shapes and for files.
 *
 * A million nodes are two typed arrays and no object per node, so that the harness adds little to
 * the memory and the time that it measures.
 */

/** Most nodes of one DAG. Bounds memory: two edges per node at this size are 160 MB of columns. */
export const MAX_DAG_NODES = 10_000_000;

/** A DAG by submission index: nodes are 0 … nodeCount − 1. Acyclic, without repeated edges. */
export interface DagShape {
  /** The shape's name, or the base name of the file. */
  readonly name: string;
  /** At least 1. */
  readonly nodeCount: number;
  /** Length of `children` and of `parents`. */
  readonly edgeCount: number;
  /** Edge `e` says: node `children[e]` waits for node `parents[e]`. Edges of one child are neighbours, children ascend. */
  readonly children: Int32Array;
  /** See `children`. In generated shapes a parent's index is below its child's; files may name a child first. */
  readonly parents: Int32Array;
  /** A node's name, where nodes have names. */
  nodeName?(node: number): string;
  /** A node's priority, a whole number from 0 to 100; undefined where the file gives none. */
  priority?(node: number): number | undefined;
  /** How long a node ran when the trace was recorded, in milliseconds; undefined where the file does not say. */
  runtimeMs?(node: number): number | undefined;
  /** How long the whole workflow took when the trace was recorded, in milliseconds; undefined where the file does not say. */
  readonly makespanMs?: number | undefined;
}
