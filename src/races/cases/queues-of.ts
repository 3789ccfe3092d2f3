/** Which queues a case is about. */
import type { RaceCase } from "./race-case.ts";

/** All queues that a case names. */
export function queuesOf({ clients, workers }: RaceCase): string[] {
  const named = new Set<string>(workers.flatMap(({ queues = [] }) => queues));
  const jobs = clients.flatMap(({ ops }) =>
    ops.flatMap((op) => (op.op === "enqueue" ? op.jobs : op.op === "submit" ? op.nodes : [])),
  );
  named.add("default");
  for (const job of jobs) {
    if (job.queue !== undefined) named.add(job.queue);
    for (const node of job.does?.nodes ?? []) if (node.queue !== undefined) named.add(node.queue);
  }
  return [...named].sort();
}
