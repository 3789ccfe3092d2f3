/** What a selftest shows: each figure beside its target, and how the rules of other tools fare on the same pairs. */
import type { ArmName, SelftestHead } from "./selftest-record.ts";

/** So many of so many. */
export interface Share {
  readonly hits: number;
  readonly of: number;
}

/** One property of the gate. */
export interface SelftestFigure extends Share {
  readonly name: string;
  /** `measured`: gates that were really run; `resampled`: played on pairs drawn from the record, shifted where the name says so. */
  readonly source: "measured" | "resampled";
  /** What is asked of the share; null: nothing, it is shown only. */
  readonly target: { readonly kind: "at most" | "at least"; readonly share: number } | null;
  /**
   * The one-sided 95 % bound of the share on the target's side (Clopper–Pearson). Of resampled gates it
   * would bound the drawing and not the machine, so they have none.
   */
  readonly bound: number | null;
  /**
   * `reached` and `missed`: shown by the share's bounds (by the share itself, where resampled); `open`: too
   * few gates to tell; `none`: no target, or no gate.
   */
  readonly verdict: "reached" | "missed" | "open" | "none";
}

/** One rule in the tournament: how often it raised the alarm. Null where it could not be played. */
export interface TournamentRow {
  readonly rule: string;
  /** An unchanged build. */
  readonly same: Share | null;
  /** An unchanged build whose second half meets a CPU hog; of our rule, both sides of each pair. */
  readonly hog: Share | null;
  /** Slower by so much. */
  readonly slow3: Share | null;
  readonly slow10: Share | null;
  readonly slow15: Share | null;
}

/** See the file's head. */
export interface SelftestReport {
  readonly head: SelftestHead;
  readonly sittings: number;
  readonly arms: readonly {
    readonly arm: ArmName;
    readonly pairs: number;
    readonly noisyPairs: number;
    /** Robust standard deviation of the log ratios. */
    readonly noise: number | null;
  }[];
  readonly figures: readonly SelftestFigure[];
  readonly tournament: readonly TournamentRow[];
}
