/** What moves from one store to the other. */
import type { StoredSchedule } from "./store.ts";

/** The tables, in the order in which they are moved. */
export const EXPORT_TABLES = [
  "ended_jobs",
  "live_jobs",
  "past_attempts",
  "job_dependencies",
  "dag_runs",
] as const;

/** One of them. */
export type ExportTable = (typeof EXPORT_TABLES)[number];

/** A row as texts. */
export type TextRow = readonly (string | null)[];

/** Checksums of all rows, the same in both stores. */
export interface QueueChecksums {
  readonly jobs: string;
  readonly edges: string;
  readonly runs: string;
  readonly attempts: string;
}

/** What is not in tables of rows. */
export interface ExportedFacts {
  readonly nextJobId: number;
  readonly nextRunId: number;
  readonly nextSeq: number;
  readonly pausedQueues: readonly string[];
  readonly schedules: readonly StoredSchedule[];
}
