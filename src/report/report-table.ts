/** The table of one scenario as text cells, before anything decides how its lines are drawn. */
import { metricOf } from "../results/metric.ts";
import type { Cell } from "../results/result.ts";
import {
  formatCount,
  formatInterval,
  formatMs,
  formatRatio,
  shortFormat,
} from "./format-number.ts";
import { metricHeading, metricText } from "./metric-label.ts";
import { type ParameterSplit, parameterLabel, parameterText } from "./parameters.ts";
import { printable } from "./printable.ts";
import type { RankedCell, ScenarioView } from "./scenario-view.ts";

/** One column. */
interface ReportColumn {
  readonly heading: string;
  readonly align: "left" | "right";
  /** Where space is short, columns that may go do so from the right. */
  readonly mayGo: boolean;
}

/** One row: a text for every column. */
export interface ReportRow {
  readonly status: Cell["status"];
  readonly winner: boolean;
  /** One text per column; of a cell without a value only those up to `messageAt` mean anything. */
  readonly texts: readonly string[];
  /** Why there is no value; takes the place of the columns from `messageAt` on. */
  readonly message: string | undefined;
}

/** One scenario's table. */
export interface ReportTable {
  readonly scenario: string;
  /** What is the same in every row: `DAG size 100,000 · shape random`. */
  readonly caption: string;
  readonly columns: readonly ReportColumn[];
  /** The column in which a message starts. */
  readonly messageAt: number;
  /** Rows of the same work together, best first. */
  readonly groups: readonly (readonly ReportRow[])[];
  /** How to read the signs that the rows use. */
  readonly notes: readonly string[];
  /** The flag that shows what a narrow terminal has no room for; default: `--format csv`. */
  readonly allWith?: string;
}

interface TextColumn extends ReportColumn {
  readonly text: (row: RankedCell) => string;
}

/** Lays out a scenario: varying parameters, the main metric with interval and trial count, the ratio to the best, the metrics beside it. */
export function reportTableOf(view: ScenarioView): ReportTable {
  const rows = view.groups.flatMap((group) => group.rows);
  const columns = [
    ...view.varying.map(parameterColumn),
    ...mainColumns(view, rows),
    ...view.secondary
      .filter((name) => rows.some((row) => row.value !== undefined && name in row.cell.summary))
      .map(metricColumn),
  ];
  return {
    scenario: view.scenario,
    caption: captionOf(view),
    columns,
    messageAt: view.varying.length,
    groups: apart(
      view.groups.map((group) => group.rows.map((row) => reportRow(view, columns, row))),
    ),
    notes: notesOf(rows),
  };
}

/** Groups that stand apart; single rows, such as the rates of a load, read as one group. */
function apart(groups: ReportTable["groups"]): ReportTable["groups"] {
  return groups.every(({ length }) => length === 1) ? [groups.flat()] : groups;
}

/** What need not stand in every row: `shape random · workers 1 · concurrency = claim batch`. */
export function captionOf(view: ParameterSplit): string {
  return [
    ...view.constant.map(
      ([name, value]) => `${parameterLabel(name)} ${parameterText(name, value)}`,
    ),
    ...view.following.map(
      ([name, leader]) => `${parameterLabel(name)} = ${parameterLabel(leader)}`,
    ),
  ].join(" · ");
}

function parameterColumn(name: string): TextColumn {
  return {
    heading: parameterLabel(name),
    align: "left",
    mayGo: false,
    text: ({ cell }) => parameterText(name, cell.parameters[name]),
  };
}

function mainColumns(view: ScenarioView, rows: readonly RankedCell[]): readonly TextColumn[] {
  const column = (heading: string, text: TextColumn["text"]): TextColumn => ({
    heading,
    align: "right",
    mayGo: false,
    text,
  });
  const format = shortFormat(metricOf(view.main).unit);
  const interval = column("95 % CI", ({ value }) =>
    value === undefined ? "" : formatInterval(value.median, value.ciLow, value.ciHigh, format),
  );
  return [
    column(metricHeading(view.main), ({ value }) =>
      value === undefined ? "" : metricText(view.main, value.median),
    ),
    ...(rows.some((row) => interval.text(row) !== "") ? [interval] : []),
    column("n", ({ value }) => (value === undefined ? "" : String(value.n))),
    ...(rows.some((row) => row.winner) ? [column("vs best", ratioText)] : []),
  ];
}

function ratioText({ ratio, winner, tied }: RankedCell): string {
  if (winner) return "best";
  if (ratio === null) return "–";
  return `${tied ? "≈ " : ""}${formatRatio(ratio)}`;
}

function metricColumn(name: string): TextColumn {
  return {
    heading: metricHeading(name),
    align: "right",
    mayGo: true,
    text: ({ cell }) => {
      const summary = cell.summary[name];
      return summary === undefined ? "–" : metricText(name, summary.median);
    },
  };
}

function reportRow(view: ScenarioView, columns: readonly TextColumn[], row: RankedCell): ReportRow {
  return {
    status: row.cell.status,
    winner: row.winner,
    texts: columns.map((column) => column.text(row)),
    message: row.value === undefined ? messageOfCell(row.cell, view.main) : undefined,
  };
}

/** Why a cell has no value: `> 30 s (123,456 rows done)`, `failed: out of memory`. */
export function messageOfCell(cell: Cell, main: string): string {
  const cut = cell.trials.findLast((trial) => trial.censored !== undefined)?.censored;
  if (cell.status === "censored" && cut !== undefined) {
    const unit = main === "submitRowsPerS" ? "rows" : "jobs";
    return `> ${formatMs(cut.limitMs)} (${formatCount(cut.rowsDone)} ${unit} done)`;
  }
  const reason = cell.reason === undefined ? "" : `: ${printable(cell.reason)}`;
  const state = cell.status === "ok" ? `no ${main} measured` : cell.status;
  return `${state}${reason}`;
}

function notesOf(rows: readonly RankedCell[]): readonly string[] {
  const notes: string[] = [];
  if (rows.some((row) => row.tied)) notes.push("≈ the intervals of this cell and the best overlap");
  if (rows.some((row) => row.cell.status === "censored")) {
    notes.push("> cut at the time limit: the cell needs longer than that");
  }
  return notes;
}
