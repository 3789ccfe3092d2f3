/**
 * The engine that a workload drives, passed in and never imported: a comparison runs the same
 * workload on two builds, each in a process of its own.
 */
import type * as engine from "../../engine/index.ts";
import type * as lab from "../../engine/lab.ts";

/** Parts of an engine by themselves. */
export type EngineLab = typeof lab;

/** See the file's head. */
export interface EngineBuild
  extends Pick<typeof engine, "Queue" | "SETTINGS" | "auditFile" | "expand" | "map"> {
  /** The folder it was loaded from, for processes that a workload starts; null: the one beside the harness. */
  readonly folder: string | null;
  /** Loaded when it is first asked for: few workloads measure parts. */
  lab(): Promise<EngineLab>;
}
