/** The levels of a DAG, in O(V + E). */

/** Edges as positions of nodes. */
export type PlacedEdges = readonly (readonly [child: number, parent: number])[];

/** The children of each node. */
function childrenOf(count: number, edges: PlacedEdges): number[][] {
  const children: number[][] = Array.from({ length: count }, () => []);
  for (const [child, parent] of edges) children[parent]?.push(child);
  return children;
}

/** Positions by level; each list in ascending order. */
export function levelsOf(count: number, edges: PlacedEdges): number[][] {
  const children = childrenOf(count, edges);
  const pending = new Int32Array(count);
  for (const [child] of edges) pending[child] = (pending[child] as number) + 1;
  const levels: number[][] = [];
  let level = Array.from(pending.keys()).filter((place) => pending[place] === 0);
  while (level.length > 0) {
    levels.push(level);
    const next: number[] = [];
    for (const place of level) {
      for (const child of children[place] ?? []) {
        const left = (pending[child] as number) - 1;
        pending[child] = left;
        if (left === 0) next.push(child);
      }
    }
    level = next.sort((a, b) => a - b);
  }
  return levels;
}
