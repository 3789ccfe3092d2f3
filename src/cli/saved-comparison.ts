/** Comparisons with a saved result: two files, or a session now against a file. */

import { compareSaved, isKernel, isSameCell } from "../gate/compare-saved.ts";
import { conclude, type Ending } from "../gate/conclude.ts";
import { DEFAULT_POLICY } from "../gate/gate-policy.ts";
import type { JudgedCell } from "../gate/judge-pairs.ts";
import type { Comparison } from "../results/comparison.ts";
import type { Result } from "../results/result.ts";
import type { SequentialRule } from "../stats/sequential.ts";

/** What is compared. */
export interface SavedSides {
  readonly mode: "saved" | "baseline";
  readonly base: { readonly name: string; readonly result: Result };
  readonly head: { readonly name: string; readonly result: Result };
  /** What decides; without: every cell that both have, by the metric that answers its scenario's question. */
  readonly cells?: readonly JudgedCell[];
  readonly ending?: Pick<Ending, "end" | "failure" | "missed">;
}

/** See the file's head. On machines of different fingerprints only the kernel's ratios are compared. */
export function compareSides(
  { mode, base, head, cells, ending }: SavedSides,
  rule: SequentialRule,
  command: readonly string[],
): Comparison {
  const [was, is] = [base.result, head.result];
  const foreign = was.environment.fingerprint !== is.environment.fingerprint;
  const byKernel = foreign || (mode === "baseline" && hasKernel(was) && hasKernel(is));
  const common = commonCells(was, is);
  const judged = cells ?? (byKernel ? common.filter((cell) => !isKernel(cell)) : common);
  const judgement = compareSaved(judged, was.cells, is.cells, rule, byKernel);
  const { verdict, reasons, notes } = conclude(judged, judgement, {
    end: "saved",
    failure: null,
    missed: [],
    ...ending,
    pairs: [],
  });
  return {
    comparisonVersion: 1,
    id: is.id,
    startedAt: is.startedAt,
    finishedAt: is.finishedAt,
    command: [...command],
    mode,
    base: sideOf(base),
    head: sideOf(head),
    seed: is.seed,
    environment: is.environment,
    margins: { toleratedRatio: rule.toleratedRatio, fatalRatio: rule.fatalRatio },
    cells: [...judgement.cells],
    pairs: [],
    verdict,
    reasons: [...reasons],
    notes: [...notes, ...notesOf(was, is, { byKernel, foreign, mode })],
  };
}

function sideOf({ name, result }: SavedSides["base"]): Comparison["base"] {
  const { commit, dirty } = result.environment;
  return { name, commit, dirty };
}

function notesOf(
  was: Result,
  is: Result,
  { byKernel, foreign, mode }: { byKernel: boolean; foreign: boolean; mode: string },
): readonly string[] {
  const only = (one: Result, other: Result): number =>
    one.cells.filter((cell) => !other.cells.some((same) => isSameCell(cell, same))).length;
  const [gone, fresh] = [only(was, is), only(is, was)];
  return [
    ...(foreign
      ? [
          `the machines differ (fingerprints ${was.environment.fingerprint} and ${is.environment.fingerprint}): ratios to the calibration kernel are compared, not seconds`,
        ]
      : []),
    ...(byKernel && !foreign ? ["changes are of the ratio to the calibration kernel"] : []),
    ...(!byKernel && mode === "baseline"
      ? ["the baseline has no figures of the calibration kernel, so seconds are compared"]
      : []),
    ...(mode === "saved" && gone + fresh > 0
      ? [`cells that only one side has: ${gone} in the base, ${fresh} in the head`]
      : []),
  ];
}

function hasKernel({ cells }: Result): boolean {
  return cells.some((cell) => isKernel(cell) && cell.trials.length > 0);
}

function commonCells(was: Result, is: Result): readonly JudgedCell[] {
  return is.cells
    .filter((cell) => was.cells.some((other) => isSameCell(cell, other)))
    .map(({ scenario, parameters }) => {
      const metrics = is.scenarios?.find(({ name }) => name === scenario)?.metrics ?? [];
      return { scenario, parameters, gate: metrics.slice(0, 1), counters: DEFAULT_POLICY.counters };
    });
}
