/** What a study brings, and what studies share. */
import type { Cell } from "../results/result.ts";
import type { TuneChoice } from "../results/tune-result.ts";

/** A choice before it is named. */
export type Found = Omit<
  TuneChoice,
  "setting" | "unit" | "question" | "metric" | "shipped" | "memo"
>;

/** Cells that several studies read, by the work that they were measured on. */
export type SharedCells = Map<string, readonly Cell[]>;
