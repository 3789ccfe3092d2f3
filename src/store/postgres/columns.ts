/** A submission as the parameters of our functions, in their order. Nodes count from 1 there. */
import { InputError } from "../../lib/errors.ts";
import type { Submission } from "../store.ts";
import { compactNumbers, compactStrings, numbers, texts } from "./arrays.ts";

/** See the file's head: from the args to the outside edges. */
export function jobColumns(s: Submission): unknown[] {
  const named = s.names.some((name) => name !== null);
  return [
    texts(s.args),
    named ? texts(s.names) : "{}",
    compactStrings(s.tasks, s.nodeCount),
    compactStrings(s.queues, s.nodeCount),
    compactNumbers(s.priorities),
    compactNumbers(s.rules),
    compactNumbers(s.maxAttempts),
    compactNumbers(s.timeoutsMs),
    s.runAtMs === null ? "{}" : numbers(s.runAtMs),
    numbers(plusOne(s.options.keys())),
    texts(Array.from(s.options.values(), (options) => JSON.stringify(options))),
    numbers(plusOne(s.children)),
    numbers(plusOne(s.parents)),
    numbers(plusOne(s.outside.children)),
    numbers(s.outside.parentIds),
  ];
}

function plusOne(nodes: Iterable<number>): number[] {
  return Array.from(nodes, (node) => node + 1);
}

/** Unique keys as parameters: nodes, keys, windows in milliseconds. @throws InputError for a key given twice */
export function keyColumns({
  options,
}: Submission): [nodes: string, keys: string, windows: string] {
  const nodes: number[] = [];
  const keys = new Set<string>();
  const windows: (number | null)[] = [];
  for (const [node, { uniqueKey, uniqueMs }] of options) {
    if (uniqueKey === undefined) continue;
    if (keys.has(uniqueKey)) {
      throw new InputError(
        `The unique key ${JSON.stringify(uniqueKey)} is given twice in one call; give each job a key of its own`,
        { code: "DUPLICATE_JOB" },
      );
    }
    keys.add(uniqueKey);
    nodes.push(node + 1);
    windows.push(uniqueMs ?? null);
  }
  return [numbers(nodes), texts(keys), numbers(windows)];
}
