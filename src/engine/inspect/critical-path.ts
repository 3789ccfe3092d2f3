/** The longest chain of a run by the time that its nodes took. */
import type { NodeRecord } from "../../store/records.ts";
import { levelsOf, type PlacedEdges } from "./levels.ts";

/** The chain, first node first, and the time that its nodes took together. */
export interface CriticalPath {
  readonly nodes: readonly NodeRecord[];
  readonly durationMs: number;
}

/** How long the last attempt of a node took, or has taken until now; 0 where it never began. */
function durationMs({ startedAt, endedAt }: NodeRecord, nowMs: number): number {
  if (startedAt === null) return 0;
  return Math.max(0, (endedAt?.getTime() ?? nowMs) - startedAt.getTime());
}

/** Of chains of equal time the one with more nodes, then that of the lower ids. */
export function criticalPathOf(
  nodes: readonly NodeRecord[],
  edges: PlacedEdges,
  nowMs: number,
): CriticalPath {
  const total = new Float64Array(nodes.length);
  const length = new Int32Array(nodes.length);
  const before = new Int32Array(nodes.length).fill(-1);
  const parents: number[][] = nodes.map(() => []);
  for (const [child, parent] of edges) parents[child]?.push(parent);
  const isLonger = (a: number, b: number): boolean =>
    b < 0 ||
    (total[a] as number) > (total[b] as number) ||
    (total[a] === total[b] && (length[a] as number) > (length[b] as number));
  let last = -1;
  for (const place of levelsOf(nodes.length, edges).flat()) {
    let best = -1;
    for (const parent of parents[place] ?? []) if (isLonger(parent, best)) best = parent;
    before[place] = best;
    const own = durationMs(nodes[place] as NodeRecord, nowMs);
    total[place] = own + (best < 0 ? 0 : (total[best] as number));
    length[place] = 1 + (best < 0 ? 0 : (length[best] as number));
    if (isLonger(place, last)) last = place;
  }
  return { nodes: walkBack(nodes, before, last), durationMs: total[last] ?? 0 };
}

function walkBack(nodes: readonly NodeRecord[], before: Int32Array, last: number): NodeRecord[] {
  const path: NodeRecord[] = [];
  for (let place = last; place >= 0; place = before[place] as number)
    path.push(nodes[place] as NodeRecord);
  return path.reverse();
}
