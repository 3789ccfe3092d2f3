/** How many jobs a cell makes, from its parameters alone: one that no machine could hold is refused before it starts. */
import { InputError } from "../lib/errors.ts";
import { MAX_DAG_NODES } from "./dag-shape.ts";
import type { CellParameters } from "./expand-cells.ts";
import type { WorkloadName } from "./workload.ts";

const MS_PER_S = 1000;

/** Only of workloads whose parameters multiply or add up; the range of a single one is its own bound. */
const JOBS_OF: Partial<Record<WorkloadName, (value: (name: string) => number) => number>> = {
  load: (value) => (value("arrivalRate") * value("duration")) / MS_PER_S,
  "fan-out-fan-in": (value) => value("rounds") * (value("width") + 1) + 1,
  "sub-dags": (value) => value("nodes") * (2 + value("children") * value("depth")),
  priorities: (value) => value("jobs") + value("urgentJobs"),
  recovery: (value) => value("jobs") + value("finishedJobs"),
};

/** @throws InputError that names the first of a scenario's cells with more jobs than a trial can have */
export function refuseHugeCells(
  scenario: { readonly name: string; readonly workload: WorkloadName },
  cells: readonly CellParameters[],
): void {
  const jobsOf = JOBS_OF[scenario.workload];
  if (jobsOf === undefined) return;
  for (const cell of cells) {
    const jobs = jobsOf((name) => Number(cell[name] ?? 1));
    if (jobs <= MAX_DAG_NODES) continue;
    const named = Object.entries(cell).filter(([, value]) => typeof value === "number");
    throw new InputError(
      `${scenario.name} with ${named.map(([name, value]) => `${name} ${value}`).join(", ")} would have ${Math.round(jobs).toLocaleString("en")} jobs; at most ${MAX_DAG_NODES.toLocaleString("en")} run in one trial. Name less.`,
    );
  }
}
