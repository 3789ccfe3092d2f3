/** The one entry to all text reports. */
import picocolors from "picocolors";
import type { Result } from "../results/result.ts";
import { renderCsv } from "./csv.ts";
import { renderFindings } from "./findings-text.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderSummary } from "./summary-text.ts";
import { renderTables } from "./table.ts";

/**
 * The text formats:
 * - `table`: tables, findings and summary for a terminal;
 * - `json`: the result file as it is saved;
 * - `csv`: one line per trial with every raw number;
 * - `markdown`: summary, tables and findings for a pull request.
 */
export type TextFormat = (typeof TEXT_FORMATS)[number];

/** All values of {@link TextFormat}, for flags. */
export const TEXT_FORMATS = ["table", "json", "csv", "markdown"] as const;

/** How to render; only `table` looks at these. */
export interface RenderOptions {
  /** Whether to colour; no by default. */
  readonly colored?: boolean;
  /** Columns of the terminal. By default tables have 120 and lines of text are not broken. */
  readonly widthChars?: number;
  /** Where the run was saved, for the summary's last line. */
  readonly folder?: string;
}

const WIDTH_CHARS = 120;

/** Renders a result as text that ends with a newline (CRLF in `csv`). */
export function render(result: Result, format: TextFormat, options: RenderOptions = {}): string {
  switch (format) {
    case "table":
      return renderTerminal(result, options);
    case "json":
      return `${JSON.stringify(result, null, 1)}\n`;
    case "csv":
      return renderCsv(result);
    case "markdown":
      return renderMarkdown(result);
  }
}

function renderTerminal(result: Result, options: RenderOptions): string {
  const colors = picocolors.createColors(options.colored ?? false);
  const widthChars = options.widthChars ?? WIDTH_CHARS;
  const blocks = [
    renderTables(result, { colors, widthChars }),
    renderFindings(result, colors, options.widthChars),
    renderSummary(result, colors, options),
  ];
  return blocks.filter((block) => block !== "").join("\n");
}
