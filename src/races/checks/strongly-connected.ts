/** Tarjan's strongly connected components, without recursion: a history may have a cycle of any length. */

/** Successors of each node in columns: of node `n`, `to[first[n]]` up to `to[first[n + 1]]`. */
export interface Successors {
  readonly first: Int32Array;
  readonly to: Int32Array;
}

/** The component of each node; nodes of one cycle share a number. */
export function components({ first, to }: Successors): Int32Array {
  const nodes = first.length - 1;
  const component = new Int32Array(nodes).fill(-1);
  const index = new Int32Array(nodes).fill(-1);
  const low = new Int32Array(nodes);
  const next = first.slice(0, nodes);
  const stack: number[] = [];
  const path: number[] = [];
  let found = 0;
  let count = 0;
  const enter = (node: number): void => {
    index[node] = low[node] = found++;
    stack.push(node);
    path.push(node);
  };
  const leave = (node: number): void => {
    path.pop();
    const parent = path[path.length - 1];
    if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[node] as number);
    if (low[node] !== index[node]) return;
    for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
      component[member] = count;
      if (member === node) break;
    }
    count++;
  };
  for (let root = 0; root < nodes; root++) {
    if (index[root] !== -1) continue;
    enter(root);
    while (path.length > 0) {
      const node = path[path.length - 1] as number;
      const edge = next[node] as number;
      if (edge === first[node + 1]) {
        leave(node);
        continue;
      }
      next[node] = edge + 1;
      const successor = to[edge] as number;
      if (index[successor] === -1) enter(successor);
      else if (component[successor] === -1)
        low[node] = Math.min(low[node] as number, index[successor] as number);
    }
  }
  return component;
}
