/** A comparison as GitHub Markdown, for a pull request or a step summary. */
import type { Comparison } from "../../results/comparison.ts";
import { slowdownText } from "../../results/phrases.ts";
import { escapeMarkdown } from "../markdown.ts";
import { COLUMNS, type ComparisonRow, comparisonRows } from "./comparison-rows.ts";
import { configuredNotes, SESSION_NOTES, sideText, VERDICT_TEXT } from "./comparison-text.ts";

const SIGNS: Readonly<Record<Comparison["verdict"], string>> = {
  pass: "✅",
  regression: "❌",
  inconclusive: "⚠️",
  "threshold-missed": "❌",
  "invariant-violated": "❌",
  "nothing-comparable": "❌",
  interrupted: "⚠️",
};

/** Verdict, reasons, the table of what decided, and the other metrics folded away; ends with a newline. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { verdict, reasons, notes, base, head, margins, mode, environment } = comparison;
  const rows = comparisonRows(comparison);
  const judged = rows.filter(({ role }) => role !== "reported");
  const reported = rows.filter(({ role }) => role === "reported");
  const said = SESSION_NOTES[mode];
  const blocks = [
    `### ${SIGNS[verdict]} bench: ${VERDICT_TEXT[verdict]}`,
    reasons.map((reason) => `- ${escapeMarkdown(reason)}`).join("\n"),
    judged.length === 0 ? "" : table(judged),
    reported.length === 0
      ? ""
      : `<details><summary>${reported.length} more metrics, reported only</summary>\n\n${table(reported)}\n\n</details>`,
    [...notes, ...configuredNotes(comparison), ...(said === "" ? [] : [said])]
      .map((note) => `> ${escapeMarkdown(note)}`)
      .join("\n"),
    escapeMarkdown(
      [
        `Base ${sideText(base)}, head ${sideText(head)}.`,
        `A change is head / base as a slowdown: + is worse; up to ${slowdownText(margins.toleratedRatio)} is tolerated, ${slowdownText(margins.fatalRatio)} must not pass.`,
        `${environment.cpu}, ${environment.cores} cores, node ${environment.node}, duckdb ${environment.duckdb}.`,
      ].join(" "),
    ),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function table(rows: readonly ComparisonRow[]): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(" | ")} |`;
  return [
    line(COLUMNS),
    line(COLUMNS.map((_, i) => (i < 2 || i === 7 ? ":---" : "---:"))),
    ...rows.map(({ cell, metric, texts, verdict }) =>
      line(
        [cell, metric, ...texts].map((text) => {
          const escaped = escapeMarkdown(text);
          return verdict === "regression" && escaped !== "" ? `**${escaped}**` : escaped;
        }),
      ),
    ),
  ].join("\n");
}
