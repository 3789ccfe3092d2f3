/** Finds a cycle among dependencies in O(nodes + edges), without recursion: a chain may have millions of nodes. */

/** The dependencies of a DAG grouped by child: those of node `i` are `parents[starts[i]] … parents[starts[i + 1] − 1]`. */
export interface ParentLists {
  readonly starts: Int32Array;
  readonly parents: Int32Array;
}

const ON_PATH = 1;
const FINISHED = 2;

/**
 * The nodes of one cycle, each a parent of the next and the last a parent of the first, or
 * undefined when there is none. A node that waits for itself is a cycle of one.
 */
export function findCycle(lists: ParentLists): readonly number[] | undefined {
  const nodeCount = lists.starts.length - 1;
  const mark = new Uint8Array(nodeCount);
  const cursor = lists.starts.slice();
  for (let root = 0; root < nodeCount; root++) {
    const cycle = mark[root] === FINISHED ? undefined : climb(root, lists, mark, cursor);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** Depth-first from `root` to its ancestors; marks all of them finished unless it meets a cycle. */
function climb(
  root: number,
  lists: ParentLists,
  mark: Uint8Array,
  cursor: Int32Array,
): readonly number[] | undefined {
  const path = [root];
  mark[root] = ON_PATH;
  for (let node: number | undefined = root; node !== undefined; node = path.at(-1)) {
    const edge = cursor[node] ?? 0;
    if (edge === lists.starts[node + 1]) {
      mark[node] = FINISHED;
      path.pop();
      continue;
    }
    cursor[node] = edge + 1;
    const parent = lists.parents[edge] ?? 0;
    // The path goes from children to parents; reversed, it reads in the order in which nodes run.
    if (mark[parent] === ON_PATH) return path.slice(path.indexOf(parent)).reverse();
    if (mark[parent] === FINISHED) continue;
    mark[parent] = ON_PATH;
    path.push(parent);
  }
  return undefined;
}
