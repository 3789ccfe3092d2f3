/** The one entry to the reports of `bench tune`. */
import picocolors from "picocolors";
import type { HeldOut, TuneResult } from "../../results/tune-result.ts";
import { formatRatio } from "../format-number.ts";
import { escapeMarkdown, markdownTable } from "../markdown.ts";
import { printable } from "../printable.ts";
import type { RenderOptions } from "../render.ts";
import { renderTable } from "../table.ts";
import { candidatesTable, intervalText, settingsTable } from "./tune-table.ts";

/** What `bench tune` can print. */
export const TUNE_FORMATS = ["table", "json", "markdown"] as const;

/** See {@link TUNE_FORMATS}. */
export type TuneFormat = (typeof TUNE_FORMATS)[number];

const WIDTH_CHARS = 120;

/** Renders a tuning as text that ends with a newline. */
export function renderTune(
  result: TuneResult,
  format: TuneFormat,
  options: RenderOptions = {},
): string {
  switch (format) {
    case "table":
      return renderTerminal(result, options);
    case "json":
      return `${JSON.stringify(result, null, 2)}\n`;
    case "markdown":
      return renderMarkdown(result);
  }
}

interface Line {
  readonly label: string;
  readonly text: string;
}

function renderTerminal(result: TuneResult, options: RenderOptions): string {
  const colors = picocolors.createColors(options.colored ?? false);
  const draw = { colors, widthChars: options.widthChars ?? WIDTH_CHARS };
  const details = result.choices.map((choice) => `${renderTable(candidatesTable(choice), draw)}\n`);
  const lines = linesOf(result, options.folder);
  const labelChars = Math.max(...lines.map(({ label }) => label.length)) + 1;
  const body = lines.map(
    ({ label, text }) => `${colors.bold(`${label}:`.padEnd(labelChars))} ${text}\n`,
  );
  return `${details.join("")}${renderTable(settingsTable(result), draw)}\n${body.join("")}`;
}

function renderMarkdown(result: TuneResult): string {
  const lines = linesOf(result).map(({ label, text }) => `- **${label}:** ${escapeMarkdown(text)}`);
  return `${markdownTable(settingsTable(result))}\n\n${lines.join("\n")}\n`;
}

function linesOf(result: TuneResult, folder?: string): readonly Line[] {
  const { environment } = result;
  const commit = environment.commit === null ? "" : ` (${environment.commit.slice(0, 7)})`;
  return [
    ...result.choices.map(({ setting, reason }) => ({ label: setting, text: reason })),
    ...result.choices.flatMap(({ setting, heldOut }) =>
      heldOut
        .filter(({ holds }) => !holds)
        .map((work) => ({ label: "Does not hold", text: `${setting} on ${heldOutLine(work)}` })),
    ),
    ...result.leftOut.map(({ setting, reason }) => ({
      label: "Left out",
      text: `${setting}: ${reason}`,
    })),
    {
      label: "Machine",
      text: `${environment.cpu}, ${environment.cores} cores, node ${environment.node}, duckdb ${environment.duckdb}, quackmark ${environment.quackmark}${commit}`,
    },
    ...(folder === undefined ? [] : [{ label: "Saved in", text: printable(folder) }]),
  ];
}

function heldOutLine({ work, toBest }: HeldOut): string {
  return `${work}: ${formatRatio(toBest.ratio)} ${intervalText(toBest)}`.trimEnd();
}
