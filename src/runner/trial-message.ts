/** What the runner and a trial process say to each other. */
import type { ParameterValue } from "../results/result.ts";

/** One trial to measure, or one finished database to check. */
export interface TrialOrder {
  readonly mode: "measure" | "check";
  readonly workload: "submit" | "drain";
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly seed: number;
  readonly durability: "full" | "relaxed";
  readonly databasePath: string;
  readonly dagFile: string | null;
}

/** A trial's answer. */
export type TrialReply =
  | { readonly kind: "progress"; readonly rowsDone: number }
  | { readonly kind: "measured"; readonly metrics: Record<string, number>; readonly environment: import("../results/result.ts").TrialEnvironment }
  | { readonly kind: "checked"; readonly checks: import("../results/result.ts").Checks }
  | { readonly kind: "failed"; readonly reason: string };
