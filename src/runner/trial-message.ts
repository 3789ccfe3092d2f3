/** What the runner and a trial process say to each other. */
import type { Checks, Trial, TrialEnvironment } from "../results/result.ts";
import type { CellParameters } from "../scenario/expand-cells.ts";
import type { WorkloadName } from "../scenario/workload.ts";

/** What one trial measures. */
export interface TrialRequest {
  readonly workload: WorkloadName;
  readonly parameters: CellParameters;
  readonly seed: number;
  readonly durability: "full" | "relaxed";
  /** Engine settings in place of the defaults, by name. */
  readonly settings: Readonly<Record<string, number>>;
  /** The PostgreSQL url to measure on; null: a DuckDB file in the folder. */
  readonly store: string | null;
  /** Absolute path of the workflow file that takes the place of a generated DAG. */
  readonly dagFile: string | null;
  /** Absolute path of the folder of the engine's build; null: our own. */
  readonly engine: string | null;
  /** Absolute path of the module with the user's handlers, or null for ours. */
  readonly handlers: string | null;
}

/** The one message to a trial process: measure in an empty folder, or check the database that is in it. */
export interface TrialOrder extends TrialRequest {
  readonly mode: "measure" | "check";
  readonly folder: string;
  /** How often the measured part is done, each time on a new database. With more than one it waits for {@link GO} before each. */
  readonly rounds: number;
}

/** What a trial process with several rounds is told when its turn comes. */
export const GO = "go";

/** What a trial process answers, in this order; the last three are the last word. */
export type TrialReply =
  /** Waits for its turn; told before each of several rounds. */
  | { readonly kind: "ready" }
  | { readonly kind: "began" }
  | {
      readonly kind: "progress";
      readonly rowsDone: number;
      readonly rowsTotal: number;
      readonly environment: TrialEnvironment;
    }
  | { readonly kind: "ended" }
  | {
      readonly kind: "measured";
      readonly metrics: Readonly<Record<string, number>>;
      readonly rounds?: NonNullable<Trial["rounds"]>;
      readonly latencies?: NonNullable<Trial["latencies"]>;
      readonly series?: NonNullable<Trial["series"]>;
      readonly environment: TrialEnvironment;
    }
  | { readonly kind: "checked"; readonly checks: Checks }
  | { readonly kind: "failed"; readonly reason: string };

/** The database of a round, counted from 0, in a trial's folder. */
export function databaseFile(round: number): string {
  return round === 0 ? "queue.db" : `queue-${round}.db`;
}
