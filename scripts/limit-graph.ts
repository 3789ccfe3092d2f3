/** The random DAG that the raw loop and the engine are compared on: one or two parents per node, half each. */

/** Edges in columns, in the order in which they were drawn. */
export interface Edges {
  readonly children: readonly number[];
  readonly parents: readonly number[];
}

/** The same edges for the same seed: a linear congruential generator, uniform among the earlier nodes. */
export function randomEdges(jobs: number, seed: number): Edges {
  let state = seed >>> 0 || 1;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const children: number[] = [];
  const parents: number[] = [];
  for (let child = 1; child < jobs; child++) {
    let before = -1;
    for (let left = random() < 0.5 ? 1 : 2; left > 0; left--) {
      const parent = Math.floor(random() * child);
      if (parent === before) continue;
      before = parent;
      children.push(child);
      parents.push(parent);
    }
  }
  return { children, parents };
}

/** One list behind the other. */
export function joined(one: Int32Array, other: Int32Array): Int32Array {
  const both = new Int32Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
