/** What a handler returns when its job is to become a run of its own. */
import { InputError } from "../lib/errors.ts";
import type { NodeInput } from "./job-input.ts";
import type { DagInput } from "./submission.ts";

/**
 * Returned by a handler: the job waits for this run in place of its result, and its children wait for the job.
 * Its children see the results of the run's nodes: by name where all nodes have one, else as a list in order.
 */
export class Expansion {
  readonly dag: DagInput;

  constructor(dag: DagInput) {
    this.dag = dag;
  }
}

/** A run of the job's own; see {@link Expansion}. */
export function expand(dag: DagInput): Expansion {
  return new Expansion(dag);
}

/**
 * One job of a task for each item, with the item as its args; children see the list of results.
 *
 * @throws InputError where there are no items: return the empty result instead
 */
export function map(
  task: string,
  items: Iterable<unknown>,
  options: Omit<NodeInput, "name" | "task" | "args"> = {},
): Expansion {
  const nodes = Array.from(items, (args) => ({ ...options, task, args }));
  if (nodes.length === 0)
    throw new InputError("map: there are no items; return an empty list as the result instead");
  return new Expansion({ nodes });
}
