/** The words of charts: file names, titles, subtitles and axis titles. */
import { metricOf } from "../../results/metric.ts";
import type { Cell, Result } from "../../results/result.ts";
import { formatCount } from "../format-number.ts";
import { metricTitle } from "../metric-label.ts";
import { parameterLabel, splitParameters } from "../parameters.ts";
import { printable, shortened } from "../printable.ts";
import { captionOf, messageOfCell } from "../report-table.ts";
import type { ScenarioView } from "../scenario-view.ts";
import { nameBy, rowsOf } from "./series.ts";

/** What fits on one line of a subtitle at this width. */
const SUBTITLE_CHARS = 150;

/** How many cells without a value a subtitle names. */
const UNDRAWN_NAMED = 2;

const AXIS_TITLES: Readonly<Record<string, string>> = {
  dagSize: "DAG size (jobs)",
  chunkSize: "chunk size (rows per statement)",
  claimBatch: "claim batch (jobs per claim)",
  arrivalRate: "arrival rate (jobs/s)",
};

/** A parameter as the title of its axis. */
export function axisText(parameter: string): string {
  return AXIS_TITLES[parameter] ?? parameterLabel(parameter);
}

/** A file name's part: letters, digits and dashes of the scenario's name. */
export function idOf({ scenario }: ScenarioView): string {
  return scenario.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

/** `submit-throughput`, `wake-latency-wake-p50`. */
export function mainId(view: ScenarioView): string {
  return `${idOf(view)}-${whatIsShown(view)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")}`;
}

/** `Submit throughput`. */
export function titleOf(view: ScenarioView): string {
  return `${nameOf(view)} ${whatIsShown(view)}`;
}

/** The scenario's name with a capital. */
export function nameOf({ scenario }: ScenarioView): string {
  const name = printable(scenario);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** `throughput`, or another metric's heading. */
function whatIsShown({ main }: ScenarioView): string {
  return metricOf(main).unit.endsWith("/s") ? "throughput" : metricTitle(main);
}

/** ` by claim batch, wake and poll interval`. */
export function byText(names: readonly string[]): string {
  const labels = names.map(parameterLabel);
  const last = labels.pop();
  if (last === undefined) return "";
  return labels.length === 0 ? ` by ${last}` : ` by ${labels.join(", ")} and ${last}`;
}

/** `jobs/s (more is better)`, `wake p99 (less is better)`: ticks of a duration carry their unit. */
export function valueTitle({ main }: ScenarioView): string {
  const { unit, better } = metricOf(main);
  const what = unit.endsWith("/s") ? unit : metricTitle(main);
  return `${what} (${better === "lower" ? "less" : "more"} is better)`;
}

/** What is the same everywhere and what the marks mean; then the machine; then what could not be drawn. */
export function subtitleOf(
  result: Result,
  cells: readonly Cell[],
  metric: string,
  notDrawn: readonly string[],
): readonly string[] {
  const { cpu, cores, node, duckdb } = result.environment;
  const caption = captionOf(splitParameters(cells));
  const machine = `${printable(cpu)}, ${cores} cores · node ${node} · duckdb ${duckdb}`;
  const lines = [
    [caption, intervalText(cells, metric)].filter((part) => part !== "").join(" · "),
    `${machine} · durability ${result.durability} · run ${result.id}`,
    ...notDrawn,
  ];
  return lines.map((line) => shortened(line, SUBTITLE_CHARS));
}

/** `Drawn: the best 50 of 1,200 cells`; nothing where all are. */
export function cutText(what: string, drawn: number, all: number): readonly string[] {
  return drawn === all ? [] : [`Drawn: the best ${drawn} of ${formatCount(all)} ${what}`];
}

/** `median of 8 trials, whiskers: 95 % interval`. */
function intervalText(cells: readonly Cell[], metric: string): string {
  const values = cells.flatMap(({ status, summary }) =>
    status === "ok" ? (summary[metric] ?? []) : [],
  );
  const counts = values.map(({ n }) => n);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const range = least === most ? String(least) : `${least} to ${most}`;
  const trials = `median of ${range} ${most === 1 ? "trial" : "trials"}`;
  const some = values.some(({ ciLow, ciHigh }) => ciLow !== null && ciHigh !== null);
  return some ? `${trials}, whiskers: 95 % interval` : `${trials}, no interval`;
}

/** One line on the cells that a line chart cannot show. */
export function undrawn(view: ScenarioView): readonly string[] {
  const rows = rowsOf(view).filter(({ value }) => value === undefined);
  if (rows.length === 0) return [];
  const named = rows
    .slice(0, UNDRAWN_NAMED)
    .map(
      ({ cell }) =>
        `${nameBy(view, cell, [...view.settings, ...view.work])}: ${messageOfCell(cell, view.main)}`,
    );
  const more = rows.length > UNDRAWN_NAMED ? [`and ${rows.length - UNDRAWN_NAMED} more`] : [];
  return [`Not drawn: ${[...named, ...more].join("; ")}`];
}
