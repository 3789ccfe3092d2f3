/**
 * Remembers what each DAG looked like in the database, so that all trials of it can be held to the
 * same content: a strategy that loses or changes a row is found however fast it is.
 */
import type { Checks } from "../results/result.ts";
import { WORKLOADS } from "../scenario/workload.ts";
import { cellName } from "./cell-name.ts";
import type { PlannedCell } from "./run-plan.ts";

interface Content {
  readonly text: string;
  readonly cell: string;
}

/** See the file's head. */
export class ContentBook {
  readonly #contents = new Map<string, Content>();

  /**
   * The ways in which a trial's rows are not those of its DAG, in words; none when all is well. `jobs` and
   * `edges` are what the DAG has. The first trial of a DAG sets the checksum for the others.
   */
  differences(
    cell: PlannedCell,
    checks: Checks,
    { jobs, edges }: { readonly jobs: number; readonly edges: number },
  ): string[] {
    const found: string[] = [];
    if (checks.jobs !== jobs) found.push(`jobs: ${checks.jobs} rows instead of ${jobs}`);
    if (checks.edges !== edges) {
      found.push(`job_dependencies: ${checks.edges} rows instead of ${edges}`);
    }
    if (found.length > 0) return found;
    const work = workOf(cell, jobs);
    const own = { text: checks.checksum, cell: cellName(cell) };
    const first = this.#contents.get(work);
    if (first === undefined) this.#contents.set(work, own);
    if (first === undefined || first.text === own.text) return [];
    return [
      `rows of jobs or job_dependencies differ: checksum ${own.text} here, ${first.text} with ${first.cell}`,
    ];
  }
}

/** What must look the same: the DAG, whichever plain workload submits it, or the jobs of one cell. */
function workOf({ workload, parameters, handlers }: PlannedCell, jobs: number): string {
  const { dagFile, shape, dagSize } = parameters;
  return WORKLOADS[workload].plainDag
    ? JSON.stringify([dagFile ?? shape, dagSize, handlers])
    : JSON.stringify([workload, parameters, jobs]);
}
