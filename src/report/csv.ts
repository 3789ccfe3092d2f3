/** One line per trial, for a spreadsheet or a data frame. */
import type { Result } from "../results/result.ts";
import { type TrialValue, trialTable } from "./trial-table.ts";

/** All trials as CSV (RFC 4180: comma, CRLF, quotes doubled), with one header line; see `trialTable`. */
export function renderCsv(result: Result): string {
  const { columns, rows } = trialTable(result);
  return [columns.map(({ name }) => name), ...rows]
    .map((line) => `${line.map(field).join(",")}\r\n`)
    .join("");
}

/** An empty field stands for "no value"; an empty text is quoted, so that the two differ. */
function field(value: TrialValue): string {
  if (value === null) return "";
  const text = String(value);
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
