/** Rows of any shape as a table: what `bench inspect` shows of a database. */
import { formatCount } from "./format-number.ts";
import { printable, shortened } from "./printable.ts";
import type { ReportTable } from "./report-table.ts";

/** Rows to show, and what there is beyond them. */
export interface NamedRows {
  readonly title: string;
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows that are not shown. */
  readonly leftOut: number;
  readonly notes?: readonly string[];
}

/** A longer text is cut: a table is for looking, `--json` for everything. */
const LONGEST_CHARS = 60;
/** Columns that stay however narrow the terminal is. */
const KEPT_COLUMNS = 2;

/** Lays the rows out; numbers to the right. */
export function rowsTable(named: NamedRows): ReportTable {
  const { title, caption, columns, rows, leftOut, notes = [] } = named;
  const more = leftOut === 0 ? [] : [`${formatCount(leftOut)} more not shown: raise --limit`];
  return {
    scenario: printable(title),
    caption: printable(caption),
    columns: columns.map((heading, place) => ({
      heading: printable(heading),
      align: rows.every((row) => isNumber(row[heading])) ? "right" : "left",
      mayGo: place >= KEPT_COLUMNS,
    })),
    messageAt: columns.length,
    groups: [
      rows.map((row) => ({
        status: "ok",
        winner: false,
        message: undefined,
        texts: columns.map((name) => shortened(printable(valueText(row[name])), LONGEST_CHARS)),
      })),
    ],
    notes: [...(rows.length === 0 ? ["nothing to show"] : []), ...more, ...notes],
    allWith: "--json",
  };
}

function isNumber(value: unknown): boolean {
  return value === null || typeof value === "number" || typeof value === "bigint";
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (value instanceof Date) return value.toISOString().replace("T", " ");
  return typeof value === "object" ? jsonText(value) : String(value);
}

/** JSON with what SQL answers and JSON lacks: whole numbers beyond a double's reach become text. */
export function jsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, (_, part: unknown) => plain(part), indent);
}

function plain(value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
