/**
 * Edge lists: one line per node, `child parent…`, separated by white space. `git log --format='%H %P'`
 * prints one. Empty lines are skipped, and `#` at the start of a word begins a comment.
 */
import type { DagShape } from "../dag-shape.ts";
import { DagBuilder } from "./dag-builder.ts";

/**
 * Reads an edge list; `file` is the path for messages and `name` the DAG's name. A name that is only
 * a parent is a node too (the oldest commits of `git log -n 100` are not listed themselves), and
 * a child may have several lines. Throws an InputError for an empty list or a cycle.
 */
export function parseEdgeList(text: string, file: string, name: string): DagShape {
  const builder = new DagBuilder(file);
  for (const line of linesOf(text)) {
    const names = line.replace(/(^|\s)#[\s\S]*$/, "").match(/\S+/g);
    if (names === null) continue;
    const [child, ...parents] = names.map((word) => builder.node(word));
    if (child === undefined) continue;
    for (const parent of parents) builder.edge(child, parent);
  }
  return builder.build(name);
}

/** Line by line without a second copy of the text. */
function* linesOf(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf("\n", start);
    if (end === -1) break;
    yield text.slice(start, end);
    start = end + 1;
  }
  yield text.slice(start);
}
