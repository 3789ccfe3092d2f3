/**
 * Parts of the engine by themselves, for the harness to measure. Not part of the public API: these
 * names may change with any version.
 */
import { resolveConfig } from "../model/config.ts";
import type { Submission } from "../store/store.ts";
import { ANY_TASK, type DagInput, toSubmission } from "./submission.ts";

export { NumberHeap } from "../lib/number-heap.ts";
export { StringColumn } from "../lib/string-column.ts";
export { dropQueue } from "../store/audit-place.ts";
export { fillChunks } from "../store/duckdb/chunk-lab.ts";
export {
  InsertLab,
  type KeyChoice,
  type LabCounts,
  labCounts,
} from "../store/duckdb/insert-lab.ts";
export {
  auditRawClaims,
  RawClaims,
  type RawClaimsCost,
  type RawClaimsOptions,
} from "../store/duckdb/raw-claims.ts";
export type { Submission } from "../store/store.ts";
export { assertAcyclic, type Graph, readGraph } from "./graph.ts";

/** A validated submission, as the store takes it; any task is known. */
export function labSubmission(dag: DagInput): Submission {
  return toSubmission(dag, { config: resolveConfig(), taskOf: () => ANY_TASK, nowMs: 0 });
}
