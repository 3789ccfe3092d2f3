/** One line per trial, for a spreadsheet or a data frame: every raw number and nothing computed. */
import type { Cell, Result, Trial } from "../results/result.ts";

type Value = string | number | boolean | null | undefined;

/**
 * All trials as CSV (RFC 4180: comma, CRLF, quotes doubled), with one header line. Parameters and
 * metrics carry a prefix (`parameter.`, `metric.`), so that no name of a user's scenario can collide.
 * A cell without any trial (failed, skipped) keeps one line with its status and reason.
 */
export function renderCsv(result: Result): string {
  const parameters = namesOf(result.cells.map((cell) => cell.parameters));
  const metrics = namesOf(result.cells.flatMap(({ trials }) => trials.map((t) => t.metrics)));
  const header = [
    ...["run", "scenario", "status", "reason"],
    ...parameters.map((name) => `parameter.${name}`),
    "order",
    ...metrics.map((name) => `metric.${name}`),
    ...["censoredAtMs", "rowsDone", "checkedJobs", "checkedEdges", "doneOnce", "ordered"],
    ...["checksum", "violations", "cpuPressurePct", "stealPct", "involuntarySwitches"],
  ];
  const lines = result.cells.flatMap((cell) => {
    const start = [
      ...[result.id, cell.scenario, cell.status, cell.reason],
      ...parameters.map((name) => cell.parameters[name]),
    ];
    return trialsOrNone(cell).map((trial) => [...start, ...trialValues(trial, metrics)]);
  });
  return [header, ...lines].map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

function trialsOrNone(cell: Cell): readonly (Trial | undefined)[] {
  return cell.trials.length > 0 ? cell.trials : [undefined];
}

function trialValues(trial: Trial | undefined, metrics: readonly string[]): readonly Value[] {
  const checks = trial?.checks;
  return [
    trial?.order,
    ...metrics.map((name) => trial?.metrics[name]),
    ...[trial?.censored?.limitMs, trial?.censored?.rowsDone],
    ...[checks?.jobs, checks?.edges, checks?.doneOnce, checks?.ordered, checks?.checksum],
    checks?.violations.join("; "),
    ...[trial?.environment.cpuPressurePct, trial?.environment.stealPct],
    trial?.environment.involuntarySwitches,
  ];
}

function namesOf(records: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

/** An empty field stands for "no value"; an empty text is quoted, so that the two differ. */
function field(value: Value): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
