/** A workload's figures count only when all of its jobs are done. */
import type { RunStatus } from "../../engine/index.ts";

/** @throws Error that says how the run ended instead */
export function requireDone({ jobs, done, status }: RunStatus): void {
  if (done !== jobs) throw new Error(`${done} of ${jobs} jobs are done, and the run is ${status}`);
}
