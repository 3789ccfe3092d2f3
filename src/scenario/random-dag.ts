/**
 * The default shape: no structure that an engine could be tuned to, about 1.5 edges per node, a few
 * nodes with many children, depth of the order of log n.
 */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { DagShape } from "./dag-shape.ts";

/**
 * Each node but the first draws one or two parents, half each, uniform among the earlier nodes; a
 * second draw of the same parent is dropped. The same seed gives the same DAG on every machine. The
 * first k nodes of a bigger DAG of the same seed are the DAG of k nodes.
 */
export function randomDag(nodeCount: number, seed: number): DagShape {
  const random = xoroshiro128plus(seed);
  const children = new Int32Array(2 * (nodeCount - 1));
  const parents = new Int32Array(2 * (nodeCount - 1));
  let edgeCount = 0;
  const addEdge = (child: number, parent: number): void => {
    children[edgeCount] = child;
    parents[edgeCount] = parent;
    edgeCount++;
  };
  for (let child = 1; child < nodeCount; child++) {
    // The sign is the generator's best bit; its lowest is its worst.
    const two = random.next() < 0;
    const first = uniformInt(random, 0, child - 1);
    addEdge(child, first);
    if (!two) continue;
    const second = uniformInt(random, 0, child - 1);
    if (second !== first) addEdge(child, second);
  }
  // Copies, so that the unused quarter of the buffers does not stay in the memory that a trial reports.
  return {
    name: "random",
    nodeCount,
    edgeCount,
    children: children.slice(0, edgeCount),
    parents: parents.slice(0, edgeCount),
  };
}
