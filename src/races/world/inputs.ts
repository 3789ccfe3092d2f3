/** From the jobs of a case to what the queue takes. */
import type { DagInput, JobInput, NodeInput } from "../../engine/index.ts";
import type { JobSpec } from "../cases/race-case.ts";

/** The name of the one task of all cases. */
export const TASK = "work";

/** Nodes with edges among themselves. */
export function dagOf(nodes: readonly JobSpec[]): DagInput {
  return {
    nodes: nodes.map((node) => ({ ...inputOf(node), name: node.name }) as NodeInput),
    edges: nodes.flatMap(({ name, after = [] }) =>
      after.map((parent): readonly [string, string] => [name, parent]),
    ),
  };
}

/** A job without a run; `idOf` finds its parents, and those that are not stored are left out. */
export function jobOf(job: JobSpec, idOf: (name: string) => number | undefined): JobInput {
  const parents = (job.after ?? []).map(idOf).filter((id) => id !== undefined);
  return { ...inputOf(job), ...(parents.length > 0 ? { dependsOn: parents } : {}) };
}

function inputOf({ name, does, after: _, ...rest }: JobSpec): JobInput {
  return { ...rest, task: TASK, args: { name, ...(does === undefined ? {} : { does }) } };
}
