/** The one entry to the reports of `bench flaky`. */
import picocolors from "picocolors";
import type { FlakyResult, FlakyVerdict } from "../../results/flaky-result.ts";
import { escapeMarkdown, markdownTable } from "../markdown.ts";
import { printable } from "../printable.ts";
import type { RenderOptions } from "../render.ts";
import { renderTable } from "../table.ts";
import { flakyTable } from "./flaky-table.ts";
import { type FlakyLine, flakyLines } from "./flaky-text.ts";

/** What `bench flaky` can print. */
export const FLAKY_FORMATS = ["table", "json", "markdown"] as const;

/** See {@link FLAKY_FORMATS}. */
export type FlakyFormat = (typeof FLAKY_FORMATS)[number];

const WIDTH_CHARS = 120;

/** What the columns beside the name take. */
const OTHER_COLUMNS_CHARS = 72;

const LEAST_NAME_CHARS = 24;
const ANY_NAME_CHARS = 1000;

/** Renders a campaign as text that ends with a newline. */
export function renderFlaky(
  result: FlakyResult,
  format: FlakyFormat,
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

function renderTerminal(result: FlakyResult, options: RenderOptions): string {
  const colors = picocolors.createColors(options.colored ?? false);
  const widthChars = options.widthChars ?? WIDTH_CHARS;
  const nameChars = Math.max(LEAST_NAME_CHARS, widthChars - OTHER_COLUMNS_CHARS);
  const table = renderTable(flakyTable(result, nameChars), { colors, widthChars });
  const saved: readonly FlakyLine[] =
    options.folder === undefined ? [] : [{ label: "Saved in", text: printable(options.folder) }];
  const lines = [...flakyLines(result), ...saved];
  const labelChars = Math.max(...lines.map(({ label }) => label.length)) + 1;
  const paint: Readonly<Record<FlakyVerdict, (text: string) => string>> = {
    stable: colors.green,
    inconclusive: colors.yellow,
    suspect: colors.yellow,
    flaky: colors.red,
    broken: colors.red,
  };
  const body = lines.map(({ label, text }) => {
    const shown = label === "Verdict" ? paint[result.verdict](text) : text;
    return `${colors.bold(`${label}:`.padEnd(labelChars))} ${label === "Limits" ? colors.dim(shown) : shown}\n`;
  });
  return `${table}\n${body.join("")}`;
}

function renderMarkdown(result: FlakyResult): string {
  const lines = flakyLines(result).map(
    ({ label, text }) => `- **${label}:** ${escapeMarkdown(text)}`,
  );
  return `${markdownTable(flakyTable(result, ANY_NAME_CHARS))}\n\n${lines.join("\n")}\n`;
}
