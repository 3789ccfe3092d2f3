/** All trials of a run as one table with typed columns: what CSV and Parquet hold. Every raw number and nothing computed. */
import type { Cell, ParameterValue, Result, Trial } from "../results/result.ts";

/** A value of a trial; null where there is none. */
export type TrialValue = string | number | boolean | null;

/** What all values of a column are, where there are any. */
type ColumnKind = "text" | "number" | "integer" | "boolean";

/** One column of the table. */
interface TrialColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** A row for each trial, with a value for each column. */
export interface TrialTable {
  readonly columns: readonly TrialColumn[];
  readonly rows: readonly (readonly TrialValue[])[];
}

/** A column and where its values come from. */
interface Source extends TrialColumn {
  readonly value: (cell: Cell, trial: Trial | undefined) => TrialValue | undefined;
}

/**
 * One row for each trial, in the order of the cells. A cell without any trial (failed, skipped) keeps
 * one row with its status and reason. Parameters and metrics carry a prefix (`parameter.`, `metric.`),
 * so that no name of a user's scenario can collide.
 */
export function trialTable(result: Result): TrialTable {
  const sources = [
    text("run", () => result.id),
    text("scenario", (cell) => cell.scenario),
    text("status", (cell) => cell.status),
    text("reason", (cell) => cell.reason),
    ...parameterSources(result.cells),
    integer("order", (_, trial) => trial?.order),
    ...namesOf(result.cells.flatMap(({ trials }) => trials.map(({ metrics }) => metrics))).map(
      (name) => number(`metric.${name}`, (_, trial) => trial?.metrics[name]),
    ),
    number("censoredAtMs", (_, trial) => trial?.censored?.limitMs),
    integer("rowsDone", (_, trial) => trial?.censored?.rowsDone),
    boolean("spoiled", (_, trial) => trial && trial.spoiled === true),
    integer("checkedJobs", (_, trial) => trial?.checks?.jobs),
    integer("checkedEdges", (_, trial) => trial?.checks?.edges),
    boolean("doneOnce", (_, trial) => trial?.checks?.doneOnce),
    boolean("ordered", (_, trial) => trial?.checks?.ordered),
    text("checksum", (_, trial) => trial?.checks?.checksum),
    text("violations", (_, trial) => trial?.checks?.violations.join("; ")),
    number("cpuPressurePct", (_, trial) => trial?.environment.cpuPressurePct),
    number("othersCpuPct", (_, trial) => trial?.environment.othersCpuPct ?? undefined),
    number("stealPct", (_, trial) => trial?.environment.stealPct),
    integer("involuntarySwitches", (_, trial) => trial?.environment.involuntarySwitches),
  ];
  return {
    columns: sources.map(({ name, kind }) => ({ name, kind })),
    rows: result.cells.flatMap((cell) =>
      trialsOrNone(cell).map((trial) => sources.map(({ value }) => value(cell, trial) ?? null)),
    ),
  };
}

function trialsOrNone(cell: Cell): readonly (Trial | undefined)[] {
  return cell.trials.length > 0 ? cell.trials : [undefined];
}

/** A parameter whose values are not all of one kind (`100`, `all`) is a column of texts. */
function parameterSources(cells: readonly Cell[]): readonly Source[] {
  return namesOf(cells.map(({ parameters }) => parameters)).map((name) => {
    const values = cells.flatMap(({ parameters }) => parameters[name] ?? []);
    const kind = kindOf(values);
    return {
      name: `parameter.${name}`,
      kind,
      value: ({ parameters }) => {
        const value = parameters[name];
        return kind === "text" && value !== undefined ? String(value) : value;
      },
    };
  });
}

function kindOf(values: readonly ParameterValue[]): ColumnKind {
  if (values.every((value) => typeof value === "boolean")) return "boolean";
  if (values.every((value) => typeof value === "number")) {
    return values.every((value) => Number.isSafeInteger(value)) ? "integer" : "number";
  }
  return "text";
}

function namesOf(records: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

const text = (name: string, value: Source["value"]): Source => ({ name, kind: "text", value });
const number = (name: string, value: Source["value"]): Source => ({ name, kind: "number", value });
const integer = (name: string, value: Source["value"]): Source => ({
  name,
  kind: "integer",
  value,
});
const boolean = (name: string, value: Source["value"]): Source => ({
  name,
  kind: "boolean",
  value,
});
