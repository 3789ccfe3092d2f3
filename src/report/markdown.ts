/** The same tables as GitHub Markdown, for a README or a pull request. */
import type { Result } from "../results/result.ts";
import { findingLines } from "./findings-text.ts";
import { printable } from "./printable.ts";
import { type ReportRow, type ReportTable, reportTableOf } from "./report-table.ts";
import { scenarioViews } from "./scenario-view.ts";
import { summaryLines } from "./summary-text.ts";

/** Summary, one table per scenario and the findings, as GitHub Markdown; ends with a newline. */
export function renderMarkdown(result: Result): string {
  const summary = summaryLines(result).map(
    ({ label, text }) => `- **${escapeMarkdown(label)}:** ${escapeMarkdown(text)}`,
  );
  const findings = findingLines(result).map(
    ({ kind, text, advice }) =>
      `- **${kind}:** ${escapeMarkdown(text)}${advice === "" ? "" : ` → ${escapeMarkdown(advice)}`}`,
  );
  const blocks = [
    summary.join("\n"),
    ...scenarioViews(result).map((view) => markdownTable(reportTableOf(view))),
    ...(findings.length > 0 ? [`### Findings\n\n${findings.join("\n")}`] : []),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** One scenario as a heading and a table; no newline at its end. */
export function markdownTable(table: ReportTable): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(" | ")} |`;
  const rows = table.groups
    .flat()
    .map((row) => line(rowTexts(row, table).map((text) => emphasized(text, row.winner))));
  return [
    `### ${escapeMarkdown(table.scenario)}`,
    "",
    ...(table.caption === "" ? [] : [escapeMarkdown(table.caption), ""]),
    line(table.columns.map((column) => escapeMarkdown(column.heading))),
    line(table.columns.map((column) => (column.align === "right" ? "---:" : ":---"))),
    ...rows,
    ...table.notes.flatMap((note) => ["", escapeMarkdown(note)]),
  ].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "@": "&#64;",
};

/**
 * Makes any text show as itself on GitHub, inside a table cell or out: no markup, no HTML, no
 * mention of a user, no end of a cell or a line.
 */
export function escapeMarkdown(text: string): string {
  return printable(text).replaceAll(/[&<>@\\`*_[\]|~#]/g, (sign) => ENTITIES[sign] ?? `\\${sign}`);
}

function rowTexts(row: ReportRow, table: ReportTable): readonly string[] {
  const { message } = row;
  if (message === undefined) return row.texts;
  return row.texts.map((text, index) => {
    if (index < table.messageAt) return text;
    return index === table.messageAt ? message : "";
  });
}

function emphasized(text: string, winner: boolean): string {
  const escaped = escapeMarkdown(text);
  return winner && escaped !== "" ? `**${escaped}**` : escaped;
}
