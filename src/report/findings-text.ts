/** Findings for the terminal: one line each, what was seen and what to do about it. */
import type { Colors } from "picocolors/types.js";
import type { Finding, FindingKind } from "../results/finding.ts";
import { parameterText } from "./parameters.ts";
import { printable } from "./printable.ts";

/** A finding in plain text, ready to be marked up. */
export interface FindingLine {
  readonly kind: FindingKind;
  /** Whether it makes a number doubtful or absent; the rest tell how to get better ones. */
  readonly serious: boolean;
  /** What it speaks of and what was seen: `submit (row): cut at 30 s`. */
  readonly text: string;
  readonly advice: string;
}

const SERIOUS: ReadonlySet<FindingKind> = new Set(["failed-cell", "noisy-host", "drift"]);

/**
 * One line for each finding, `! failed-cell  submit (row, 100): evidence → advice`. Empty without
 * findings, else ends with a newline.
 */
export function renderFindings(findings: readonly Finding[], colors: Colors): string {
  const lines = findingLines(findings);
  const kindChars = Math.max(0, ...lines.map(({ kind }) => kind.length));
  return lines
    .map(({ kind, serious, text, advice }) => {
      const sign = serious ? colors.red("!") : colors.dim("·");
      const hint = advice === "" ? "" : colors.dim(` → ${advice}`);
      return `${sign} ${colors.bold(kind.padEnd(kindChars))}  ${text}${hint}\n`;
    })
    .join("");
}

/** The findings as lines; those that differ in nothing but their cell become one. */
export function findingLines(findings: readonly Finding[]): readonly FindingLine[] {
  const byText = new Map<string, { finding: Finding; cells: number }>();
  for (const finding of findings) {
    const { kind, scenario, metric, evidence, advice } = finding;
    const key = JSON.stringify([kind, scenario, metric, evidence, advice]);
    const known = byText.get(key);
    if (known === undefined) byText.set(key, { finding, cells: 1 });
    else known.cells += 1;
  }
  return [...byText.values()].map(({ finding, cells }) => ({
    kind: finding.kind,
    serious: SERIOUS.has(finding.kind),
    text: `${placeOf(finding, cells)}${printable(finding.evidence)}`,
    advice: printable(finding.advice),
  }));
}

/** What a finding speaks of: `submit (row, 100) submitMs: `. */
function placeOf({ scenario, cell, metric }: Finding, cells: number): string {
  const values = Object.entries(cell ?? {}).map(([name, value]) => parameterText(name, value));
  const one = values.length > 0 ? `(${values.join(", ")})` : "";
  const parts = [scenario ?? "", cells > 1 ? `(${cells} cells)` : one, metric ?? ""];
  const place = parts.filter((part) => part !== "").join(" ");
  return place === "" ? "" : `${printable(place)}: `;
}
