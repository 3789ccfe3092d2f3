/** A run, resolved and validated: all that measuring needs to know, and nothing of the command line. */
import type { ScenarioHead } from "../results/result.ts";
import type { CellParameters } from "../scenario/expand-cells.ts";
import type { WorkloadName } from "../scenario/workload.ts";

/** A cell to measure. */
export interface PlannedCell {
  readonly scenario: string;
  readonly workload: WorkloadName;
  readonly parameters: CellParameters;
  /** Absolute path of the module with the user's handlers; absent: ours. */
  readonly handlers?: string | undefined;
}

/** See the file's head. It is written at the top of the journal, so that a run can be resumed. */
export interface RunPlan {
  /** See `newRunId`. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** The command as typed, argument by argument. */
  readonly command: readonly string[];
  readonly cells: readonly PlannedCell[];
  /** What the scenarios ask; the first metric of each answers it. */
  readonly scenarios: readonly ScenarioHead[];
  /** What is demanded of each scenario, by its name: its own promises and those of the command line. */
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
  /** Exactly this many of each cell; null: until the headline's interval is narrow, or the budget ends. */
  readonly trials: number | null;
  /** For the whole command; null: no bound. */
  readonly budgetMs: number | null;
  /** The measured part of a trial is cut here. */
  readonly maxTrialMs: number;
  readonly seed: number;
  readonly durability: "full" | "relaxed";
  /** Engine settings in place of the defaults, by name. */
  readonly settings: Readonly<Record<string, number>>;
  /** A PostgreSQL url, without a password; null: DuckDB files. */
  readonly store: string | null;
  /** Absolute path, or null for generated DAGs. */
  readonly dagFile: string | null;
}
