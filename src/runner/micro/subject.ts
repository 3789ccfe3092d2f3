/** What a micro-benchmark measures: one pass over a number of items, and the proof that it does what it should. */
import type { EngineLab } from "../../scenario/workloads/engine-build.ts";

/** See the file's head. */
export interface Subject {
  /** What one pass needs, made anew before each and not measured. */
  prepare?(): void | Promise<void>;
  /** Whether a pass is a promise. */
  readonly asynchronous?: boolean;
  /** The measured part. */
  pass(): unknown;
  /** Told of the last pass' result; says what is wrong with it, or null. */
  verify(result: unknown): string | null;
  close?(): Promise<void>;
}

/** What a subject is made of. */
export interface SubjectInput {
  /** The parts of the engine that is measured. */
  readonly lab: EngineLab;
  /** Items of one pass. */
  readonly items: number;
  readonly seed: number;
}
