/** Terminal tables: a header rule and no other lines, so that they also read well in a pipe, a log or an e-mail. */
import Table from "cli-table3";
import type { Colors } from "picocolors/types.js";
import type { Result } from "../results/result.ts";
import { shortened } from "./printable.ts";
import { type ReportRow, type ReportTable, reportTableOf } from "./report-table.ts";
import { scenarioViews } from "./scenario-view.ts";

/** How to draw for a terminal. */
export interface TableOptions {
  /** From picocolors `createColors(enabled)`. */
  readonly colors: Colors;
  /** Columns of the terminal, at least 80; metrics that do not fit are left out, and said to be. */
  readonly widthChars: number;
}

const GAP_CHARS = 2;
const NARROWEST_CHARS = 80;

/** Room that a message gets even where the columns beneath it are narrower. */
const MESSAGE_CHARS = 60;

/** One table for each scenario of a result, with a blank line between them; ends with a newline. */
export function renderTables(result: Result, options: TableOptions): string {
  return scenarioViews(result)
    .map((view) => renderTable(reportTableOf(view), options))
    .join("\n");
}

/** One scenario's table with title and notes; ends with a newline. */
export function renderTable(table: ReportTable, options: TableOptions): string {
  const { colors } = options;
  const widths = columnWidths(table, Math.max(options.widthChars, NARROWEST_CHARS));
  const columns = table.columns.slice(0, widths.length);
  const grid = new Table({
    head: columns.map((column) => colors.bold(column.heading)),
    colAligns: columns.map((column) => column.align),
    colWidths: widths.map((width) => width + GAP_CHARS),
    chars: LINES,
    style: { head: [], border: [], "padding-left": 0, "padding-right": GAP_CHARS },
  });
  table.groups.forEach((group, index) => {
    if (index > 0) grid.push([{ content: "", colSpan: widths.length }]);
    for (const row of group) grid.push(gridRow(row, table, widths, colors));
  });
  const [head = "", ...body] = grid.toString().split("\n");
  const caption = table.caption === "" ? "" : `  ${colors.dim(table.caption)}`;
  const lines = [
    `${colors.bold(table.scenario)}${caption}`,
    head,
    colors.dim("─".repeat(totalWidth(widths))),
    ...body,
    ...notesOf(table, widths.length).map((note) => colors.dim(note)),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function notesOf(table: ReportTable, shown: number): readonly string[] {
  const gone = table.columns.slice(shown).map((column) => column.heading);
  if (gone.length === 0) return table.notes;
  const { notes, allWith = "--format csv" } = table;
  return [...notes, `no room for ${gone.join(", ")}: widen the terminal or use ${allWith}`];
}

/** Nothing but spaces: the one rule is drawn under the head. */
const LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};

type GridCell = string | { content: string; colSpan: number; hAlign?: "left" };

function gridRow(
  row: ReportRow,
  table: ReportTable,
  widths: readonly number[],
  colors: Colors,
): GridCell[] {
  const paint = row.winner ? colors.green : (text: string) => text;
  if (row.message === undefined) return row.texts.slice(0, widths.length).map(paint);
  const room = totalWidth(widths.slice(table.messageAt));
  const warn = row.status === "failed" ? colors.red : colors.yellow;
  return [
    ...row.texts.slice(0, table.messageAt),
    {
      content: warn(shortened(row.message, room)),
      colSpan: widths.length - table.messageAt,
      hAlign: "left",
    },
  ];
}

/** The widths, without gaps, of the columns that fit into `room`. */
function columnWidths(table: ReportTable, room: number): readonly number[] {
  const rows = table.groups.flat();
  const natural = table.columns.map((column, index) => {
    const texts = rows.filter((row) => row.message === undefined || index < table.messageAt);
    return Math.max(
      lengthOf(column.heading),
      ...texts.map((row) => lengthOf(row.texts[index] ?? "")),
    );
  });
  let shown = natural.length;
  while (table.columns[shown - 1]?.mayGo === true && totalWidth(natural.slice(0, shown)) > room) {
    shown -= 1;
  }
  return withRoomForMessages(table, natural.slice(0, shown));
}

/** Widens the last column where the messages would otherwise be cut short. */
function withRoomForMessages(table: ReportTable, widths: readonly number[]): readonly number[] {
  const longest = Math.max(0, ...table.groups.flat().map((row) => lengthOf(row.message ?? "")));
  const missing = Math.min(longest, MESSAGE_CHARS) - totalWidth(widths.slice(table.messageAt));
  return missing <= 0 ? widths : widths.with(-1, (widths.at(-1) ?? 0) + missing);
}

function lengthOf(text: string): number {
  return [...text].length;
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP_CHARS * Math.max(0, widths.length - 1);
}
