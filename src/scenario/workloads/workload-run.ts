/** What a workload's program is given, and what it gives back. */
import type { DagShape } from "../dag-shape.ts";
import type { ParameterValue } from "../workload.ts";
import type { EngineBuild } from "./engine-build.ts";
import type { JobSource } from "./job-source.ts";

/** One execution of a workload on a database that does not exist yet. */
export interface WorkloadRun {
  /** The build that is measured. */
  readonly engine: EngineBuild;
  /** Made when it is first read: workloads without a shape never do. */
  readonly dag: DagShape;
  /** What the jobs do. */
  readonly jobs: JobSource;
  /** Of everything that is drawn by chance. */
  readonly seed: number;
  /** The cell's values, as the scenario declares them. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly databasePath: string;
  readonly durability: "full" | "relaxed";
  /** Engine settings in place of the defaults, by name. */
  readonly settings: Readonly<Record<string, number>>;
  readonly observer: Observer;
  readonly recorder: Recorder;
}

/** Takes the figures of which a trial has many. */
export interface Recorder {
  /** A function that adds one duration, in milliseconds, to the latency of that name, which ends in `Ms`. */
  latency(name: string): (valueMs: number) => void;
  /** A function that adds one sample, at a time in milliseconds, to the series of that name. */
  series(name: string): (atMs: number, value: number) => void;
}

/** Told where the measured part lies. Preparing, opening and closing the database are outside of it. */
export interface Observer {
  /** The measured part begins now. */
  began(): void;
  /** Rows written, or jobs done, so far and of how many; now and then while it runs. */
  progressed(rowsDone: number, rowsTotal: number): void;
  /** The measured part has ended; peak memory read now is the workload's. */
  ended(): void;
}

/** Runs the workload once, closes the database, and returns metrics by name in the unit that ends the name. */
export type WorkloadProgram = (run: WorkloadRun) => Promise<Readonly<Record<string, number>>>;
