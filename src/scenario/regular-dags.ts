/**
 * The shapes that need no chance. Each is defined for every size from 1 up:
 *
 * | shape   | edges           | definition                                                            |
 * | ------- | --------------- | --------------------------------------------------------------------- |
 * | chain   | n − 1           | node i waits for node i − 1                                           |
 * | fan-out | n − 1           | every other node waits for node 0                                     |
 * | fan-in  | n − 1           | node n − 1 waits for every other node                                 |
 * | diamond | 2 (n − 2)       | nodes 1 … n − 2 wait for node 0, node n − 1 waits for them; a chain below 3 nodes |
 * | layered | 2 (n − w)       | rows of w = ⌈√n⌉ nodes; a node waits for the node above it and for that one's right neighbour, round the corner in the last column; the last row may be short |
 */
import type { DagShape } from "./dag-shape.ts";

/** Node i waits for node i − 1. */
export function chainDag(nodeCount: number): DagShape {
  const children = ascending(1, nodeCount - 1);
  const parents = ascending(0, nodeCount - 1);
  return { name: "chain", nodeCount, edgeCount: children.length, children, parents };
}

/** Every other node waits for node 0. */
export function fanOutDag(nodeCount: number): DagShape {
  const children = ascending(1, nodeCount - 1);
  const parents = new Int32Array(nodeCount - 1);
  return { name: "fan-out", nodeCount, edgeCount: children.length, children, parents };
}

/** The last node waits for every other one. */
export function fanInDag(nodeCount: number): DagShape {
  const children = new Int32Array(nodeCount - 1).fill(nodeCount - 1);
  const parents = ascending(0, nodeCount - 1);
  return { name: "fan-in", nodeCount, edgeCount: children.length, children, parents };
}

/** One source, one sink, and everything else between them side by side. */
export function diamondDag(nodeCount: number): DagShape {
  if (nodeCount < 3) return { ...chainDag(nodeCount), name: "diamond" };
  const middle = nodeCount - 2;
  const children = new Int32Array(2 * middle);
  const parents = new Int32Array(2 * middle);
  children.set(ascending(1, middle));
  children.fill(nodeCount - 1, middle);
  parents.set(ascending(1, middle), middle);
  return { name: "diamond", nodeCount, edgeCount: children.length, children, parents };
}

/** Rows as wide as the DAG is deep; two parents in the row above. */
export function layeredDag(nodeCount: number): DagShape {
  const width = Math.ceil(Math.sqrt(nodeCount));
  // Up to two nodes fit into one row; from three nodes on a row has at least two, so the two parents differ.
  const edgeCount = 2 * (nodeCount - width);
  const children = new Int32Array(edgeCount);
  const parents = new Int32Array(edgeCount);
  for (let child = width, edge = 0; child < nodeCount; child++, edge += 2) {
    const column = child % width;
    const rowAbove = child - column - width;
    children[edge] = child;
    children[edge + 1] = child;
    parents[edge] = rowAbove + column;
    parents[edge + 1] = rowAbove + ((column + 1) % width);
  }
  return { name: "layered", nodeCount, edgeCount, children, parents };
}

/** `first, first + 1, …`, `count` numbers. */
function ascending(first: number, count: number): Int32Array {
  const numbers = new Int32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = first + i;
  return numbers;
}
