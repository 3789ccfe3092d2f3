/** The insert strategies against the tables of the queue, with keys and without. */
import type { StrategyName } from "../../engine/index.ts";
import type { KeyChoice } from "../../engine/lab.ts";
import { resolveConfig } from "../../model/config.ts";
import { generateDag } from "../../scenario/generate-dag.ts";
import { dagInput } from "../../scenario/workloads/dag-input.ts";
import { NOOP_JOBS } from "../../scenario/workloads/job-source.ts";
import type { Subject, SubjectInput } from "./subject.ts";

/** Where and how the rows are written. */
export interface InsertInput extends SubjectInput {
  readonly databasePath: string;
  readonly durability: "full" | "relaxed";
  /** Engine settings in place of the defaults, by name. */
  readonly settings: Readonly<Record<string, number>>;
  readonly strategy: StrategyName;
  readonly keys: KeyChoice;
}

/** One transaction with the jobs and edges of a random DAG, into empty tables. An item is a job. */
export async function insertSubject(input: InsertInput): Promise<Subject> {
  const { lab: parts, items, seed, databasePath, durability, settings, strategy, keys } = input;
  const { InsertLab, labSubmission } = parts;
  const lab = await InsertLab.open(databasePath, durability, keys);
  const submission = labSubmission(dagInput(generateDag("random", items, seed), NOOP_JOBS));
  const { dependencyChunkSize } = resolveConfig(settings);
  return {
    asynchronous: true,
    prepare: () => lab.reset(),
    pass: () => lab.insert(submission, strategy, dependencyChunkSize),
    // The rows of the last pass are counted by another process, as after any trial.
    verify: () => null,
    close: () => lab.close(),
  };
}
