/** Findings for people: what they speak of, what was seen, and what to do about it. */
import type { Colors } from "picocolors/types.js";
import type { Finding, FindingKind } from "../results/finding.ts";
import type { Cell, Result } from "../results/result.ts";
import { cellLabel, splitParameters } from "./parameters.ts";
import { printable } from "./printable.ts";
import { wrapped } from "./wrap.ts";

/** A finding in plain text, ready to be marked up. */
export interface FindingLine {
  readonly kind: FindingKind;
  /** Whether it makes a number doubtful or absent; the rest tell how to get better ones. */
  readonly serious: boolean;
  /** What it speaks of and what was seen: `submit (row): cut at 30 s`. */
  readonly text: string;
  readonly advice: string;
}

/** The part of a result that findings need: their cells tell which parameters are worth naming. */
export type Findings = Pick<Result, "cells" | "findings">;

const SERIOUS: ReadonlySet<FindingKind> = new Set([
  "wrong-answer",
  "threshold-missed",
  "failed-cell",
  "noisy-host",
  "drift",
]);

/**
 * One line for each finding, `! failed-cell  submit (row, chunk size 100): evidence → advice`, broken
 * where a width is given. Empty without findings, else ends with a newline.
 */
export function renderFindings(found: Findings, colors: Colors, widthChars?: number): string {
  const lines = findingLines(found);
  const kindChars = Math.max(0, ...lines.map(({ kind }) => kind.length));
  const indentChars = kindChars + 4;
  return lines
    .map(({ kind, serious, text, advice }) => {
      const sign = serious ? colors.red("!") : colors.dim("·");
      const whole = wrapped(advice === "" ? text : `${text} → ${advice}`, widthChars, indentChars);
      const [seen = "", ...hint] = whole.split("→");
      const dimmed = hint.length === 0 ? "" : colors.dim(`→${hint.join("→")}`);
      return `${sign} ${colors.bold(kind.padEnd(kindChars))}  ${seen}${dimmed}\n`;
    })
    .join("");
}

/** The findings as lines; those that differ in nothing but their cell become one. */
export function findingLines({ cells, findings }: Findings): readonly FindingLine[] {
  const byText = new Map<string, { finding: Finding; cells: number }>();
  for (const finding of findings) {
    const { kind, scenario, metric, evidence, advice } = finding;
    const key = JSON.stringify([kind, scenario, metric, evidence, advice]);
    const known = byText.get(key);
    if (known === undefined) byText.set(key, { finding, cells: 1 });
    else known.cells += 1;
  }
  const names = varyingByScenario(cells);
  return [...byText.values()].map((one) => ({
    kind: one.finding.kind,
    serious: SERIOUS.has(one.finding.kind),
    text: `${placeOf(one.finding, one.cells, names)}${printable(one.finding.evidence)}`,
    advice: printable(one.finding.advice),
  }));
}

/** What a finding speaks of: `submit (values, chunk size 100) submitMs: `. */
function placeOf(
  { scenario, cell, metric }: Finding,
  cells: number,
  names: ReadonlyMap<string, readonly string[]>,
): string {
  const told = names.get(scenario ?? "") ?? Object.keys(cell ?? {});
  const label = cell === undefined ? "" : cellLabel({ parameters: cell }, told);
  const one = label === "" ? "" : `(${label})`;
  const parts = [scenario ?? "", cells > 1 ? `(${cells} cells)` : one, metric ?? ""];
  const place = parts.filter((part) => part !== "").join(" ");
  return place === "" ? "" : `${printable(place)}: `;
}

/** What tells the cells of a scenario apart; what is the same in all of them is not worth a word. */
function varyingByScenario(cells: readonly Cell[]): ReadonlyMap<string, readonly string[]> {
  const scenarios = [...new Set(cells.map(({ scenario }) => scenario))];
  return new Map(
    scenarios.map((scenario) => {
      const own = cells.filter((cell) => cell.scenario === scenario);
      return [scenario, splitParameters(own).varying];
    }),
  );
}
