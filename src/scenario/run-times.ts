/** How long the tasks of a DAG take, recorded or drawn, and the longest path that follows from it. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { DagShape } from "./dag-shape.ts";

/** Drawn run times are log-normal, as those of real workflows nearly are: a median, and a factor of e between common values. */
const MEDIAN_MS = 1000;
const SIGMA = 1;

/**
 * The run time of each node in milliseconds, `speed` times as fast: as recorded (0 where the record has
 * none), or, in a DAG without records, drawn from the seed with a median of a second.
 */
export function runTimesMs(dag: DagShape, speed: number, seed: number): Float64Array {
  const { runtimeMs } = dag;
  const random = xoroshiro128plus(seed | 0);
  const drawn = (): number => MEDIAN_MS * Math.exp(SIGMA * normal());
  // Box and Muller; 1 − u is never 0.
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - uniformFloat64(random))) *
    Math.cos(2 * Math.PI * uniformFloat64(random));
  return Float64Array.from({ length: dag.nodeCount }, (_, node) => {
    const ms = runtimeMs === undefined ? drawn() : (runtimeMs(node) ?? 0);
    return ms / speed;
  });
}

/** The longest path of the DAG, each node as long as `timesMs` says: no schedule of any number of workers is shorter. */
export function criticalPathMs(
  { nodeCount, children, parents, edgeCount }: DagShape,
  timesMs: Float64Array,
): number {
  const waitsFor = new Int32Array(nodeCount);
  const firstEdge = new Int32Array(nodeCount + 1);
  for (let edge = 0; edge < edgeCount; edge++) {
    add(waitsFor, children[edge] as number, 1);
    add(firstEdge, (parents[edge] as number) + 1, 1);
  }
  for (let node = 0; node < nodeCount; node++) add(firstEdge, node + 1, firstEdge[node] as number);
  const childOf = new Int32Array(edgeCount);
  const next = firstEdge.slice();
  for (let edge = 0; edge < edgeCount; edge++) {
    const parent = parents[edge] as number;
    childOf[next[parent] as number] = children[edge] as number;
    add(next, parent, 1);
  }
  const readyMs = new Float64Array(nodeCount);
  const order: number[] = [];
  for (let node = 0; node < nodeCount; node++) if (waitsFor[node] === 0) order.push(node);
  let longestMs = 0;
  for (let place = 0; place < order.length; place++) {
    const node = order[place] as number;
    const endMs = (readyMs[node] as number) + (timesMs[node] as number);
    longestMs = Math.max(longestMs, endMs);
    for (let edge = firstEdge[node] as number; edge < (firstEdge[node + 1] as number); edge++) {
      const child = childOf[edge] as number;
      readyMs[child] = Math.max(readyMs[child] as number, endMs);
      add(waitsFor, child, -1);
      if (waitsFor[child] === 0) order.push(child);
    }
  }
  return longestMs;
}

function add(column: Int32Array, index: number, amount: number): void {
  column[index] = (column[index] as number) + amount;
}
