/** The answer in plain words: what won and by how much, whether it was checked, and where it was measured. */
import type { Colors } from "picocolors/types.js";
import { metricOf } from "../results/metric.ts";
import type { Cell, Environment, ParameterValue, Result } from "../results/result.ts";
import {
  formatBytes,
  formatCount,
  formatInterval,
  formatMetric,
  formatMs,
  formatRatio,
  shortFormat,
} from "./format-number.ts";
import { cellLabel, valueLabel } from "./parameters.ts";
import { printable } from "./printable.ts";
import {
  type RankedCell,
  type ScenarioView,
  scenarioViews,
  type WorkGroup,
} from "./scenario-view.ts";
import { wrapped } from "./wrap.ts";

/** One line of the summary. */
export interface SummaryLine {
  readonly label: string;
  readonly text: string;
}

const HEADLINES: Readonly<Record<string, string>> = {
  submit: "Fastest way in",
  drain: "Fastest drain",
  replay: "Closest to the path",
};

/** How many losers a headline names. */
const RIVALS = 4;

/** How many kinds of work get their winner named beneath the headline. */
const WORKS = 8;

/** The summary as aligned lines for the terminal; ends with a newline. */
export function renderSummary(
  result: Result,
  colors: Colors,
  { folder, widthChars }: { readonly folder?: string; readonly widthChars?: number } = {},
): string {
  const lines = summaryLines(result, folder);
  const labelChars = Math.max(...lines.map(({ label }) => label.length)) + 1;
  return lines
    .map(({ label, text }) => {
      const start = colors.bold(`${label}:`.padEnd(labelChars));
      return `${start} ${wrapped(text, widthChars, labelChars + 1)}\n`;
    })
    .join("");
}

/** The summary line by line; `folder` is where the run was saved, if it was. */
export function summaryLines(result: Result, folder?: string): readonly SummaryLine[] {
  return [
    ...scenarioViews(result).flatMap(scenarioLines),
    { label: "Checked", text: checkedText(result.cells) },
    { label: "Machine", text: machineText(result.environment) },
    {
      label: "Run",
      text: `${result.id}, durability ${result.durability}, store ${result.store}, seed ${result.seed}, ${formatMs(Date.parse(result.finishedAt) - Date.parse(result.startedAt))}, verdict ${result.verdict}`,
    },
    ...configuredLines(result.configured),
    ...(folder === undefined ? [] : [{ label: "Saved in", text: printable(folder) }]),
  ];
}

/** What a configuration file changed; what it did not name is at its default. */
export function configuredLines(configured: Result["configured"]): readonly SummaryLine[] {
  const named = Object.entries(configured ?? {});
  if (named.length === 0) return [];
  const text = named.map(([name, value]) => `${printable(name)} ${formatCount(value)}`).join(", ");
  return [{ label: "Configured", text: `${text}, by quackmark.config.json; flags win over it` }];
}

/**
 * Headline, winners by size and what did not finish, of one scenario. The headline is that of the largest size;
 * work of different kinds, or at different rates, has no cell that is the best of all.
 */
export function scenarioLines(view: ScenarioView): readonly SummaryLine[] {
  const label = HEADLINES[view.scenario] ?? `Best in ${printable(view.scenario)}`;
  const largest = view.groups.findLast((group) =>
    group.rows.some((row) => row.value !== undefined),
  );
  const open = unfinishedText(view);
  const unfinished =
    open === "" ? [] : [{ label: "Not finished", text: `${view.scenario}: ${open}` }];
  if (largest === undefined) return [{ label, text: "nothing was measured" }, ...unfinished];
  const several = view.groups.length > 1;
  return [
    ...(several && largest.dagSize === null ? [] : [{ label, text: headline(view, largest) }]),
    ...(several && view.settings.length > 0 ? [winners(view)] : []),
    ...unfinished,
  ];
}

/** `appender, 812,000 rows/s ±2.1 % (8 trials); 250,000 rows in 308 ms; 3.1x values, 42x row`. */
function headline(view: ScenarioView, group: WorkGroup): string {
  const [best, ...others] = group.rows;
  if (best?.value === undefined) return "nothing was measured";
  const { median, ciLow, ciHigh, n } = best.value;
  const { unit } = metricOf(view.main);
  const interval = formatInterval(median, ciLow, ciHigh, shortFormat(unit));
  const trials = n === 1 ? "1 trial" : `${n} trials`;
  const sure = interval === "" ? `(${trials}, no interval)` : `${interval} (${trials})`;
  const name = labelOf(view, best.cell);
  const work = group.work === "" ? "" : ` at ${group.work}`;
  const rate = `${formatMetric(median, unit)} ${sure}`;
  const tied = others.filter((row) => row.tied).map((row) => labelOf(view, row.cell));
  const parts = [
    `${name === "" ? "" : `${name}, `}${rate}${work}`,
    amountText(view, best.cell),
    rivalsText(view, best, others),
    tied.length === 0 ? "" : `within noise of ${tied.join(" and ")}`,
  ];
  return parts.filter((part) => part !== "").join("; ");
}

/** What the best cell did in which time: `250,000 rows in 308 ms`. */
function amountText(view: ScenarioView, cell: Cell): string {
  const median = (name: string): number | undefined => cell.summary[name]?.median;
  const jobs = median("jobs");
  const submitMs = median("submitMs");
  const drainMs = median("drainMs");
  if (view.main === "submitRowsPerS" && jobs !== undefined && submitMs !== undefined) {
    return `${formatCount(jobs + (median("edges") ?? 0))} rows in ${formatMs(submitMs)}`;
  }
  if (view.main === "drainJobsPerS" && jobs !== undefined && drainMs !== undefined) {
    return `${formatCount(jobs)} jobs in ${formatMs(drainMs)}`;
  }
  return view.main === "makespanToPath" ? makespanText(median) : "";
}

/** `856 ms for a critical path of 800 ms, 0.40x of what the trace recorded`. */
function makespanText(median: (name: string) => number | undefined): string {
  const [tookMs, pathMs] = [median("makespanMs"), median("criticalPathMs")];
  if (tookMs === undefined || pathMs === undefined) return "";
  const recorded = median("makespanToRecorded");
  const traced =
    recorded === undefined ? "" : `, ${formatRatio(recorded)} of what the trace recorded`;
  return `${formatMs(tookMs)} for a critical path of ${formatMs(pathMs)}${traced}`;
}

/** The best cell of every other value of the first setting: `3.1x values, 42x row`. */
function rivalsText(view: ScenarioView, best: RankedCell, others: readonly RankedCell[]): string {
  const setting = view.settings[0];
  if (setting === undefined) return "";
  const seen = new Set<ParameterValue | undefined>([best.cell.parameters[setting]]);
  const rivals: string[] = [];
  for (const { cell, ratio, tied } of others) {
    const value = cell.parameters[setting];
    if (value === undefined || seen.has(value) || ratio === null) continue;
    seen.add(value);
    if (!tied) rivals.push(`${formatRatio(ratio)} ${valueLabel(setting, value)}`);
  }
  return rivals.slice(0, RIVALS).join(", ");
}

/** The winner of each work, neighbours with the same winner together: `1,000: unnest; 10,000 to 100,000: appender`. */
function winners(view: ScenarioView): SummaryLine {
  const sizesOnly = view.work.length === 1 && view.work[0] === "dagSize";
  const runs: { first: string; last: string; winner: string }[] = [];
  for (const { work, dagSize, rows } of view.groups) {
    const name = sizesOnly && dagSize !== null ? formatCount(dagSize) : work;
    const best = rows[0];
    const winner = best?.value === undefined ? "no cell finished" : labelOf(view, best.cell);
    const run = runs.at(-1);
    if (run?.winner === winner) run.last = name;
    else runs.push({ first: name, last: name, winner });
  }
  const texts = runs.map(({ first, last, winner }) =>
    first === last ? `${first}: ${winner}` : `${first} to ${last}: ${winner}`,
  );
  const more = texts.length > WORKS ? [`and ${texts.length - WORKS} more in the table`] : [];
  return {
    label: sizesOnly ? "By DAG size" : "By work",
    text: [...texts.slice(0, WORKS), ...more].join("; "),
  };
}

function labelOf(view: ScenarioView, cell: Cell): string {
  return cellLabel(cell, view.settings);
}

/** `2 cut at the time limit, 1 failed, of 9 cells`; empty when all cells have a value. */
function unfinishedText(view: ScenarioView): string {
  const cells = view.groups.flatMap((group) => group.rows.map((row) => row.cell));
  const count = (status: Cell["status"]): number =>
    cells.filter((cell) => cell.status === status).length;
  const texts = [
    [count("censored"), "cut at the time limit"],
    [count("failed"), "failed"],
    [count("skipped"), "skipped"],
  ] as const;
  const present = texts.filter(([cellsOfIt]) => cellsOfIt > 0);
  if (present.length === 0) return "";
  return `${present.map(([n, what]) => `${n} ${what}`).join(", ")}, of ${cells.length} cells`;
}

function checkedText(cells: readonly Cell[]): string {
  const trials = cells.flatMap((cell) => cell.trials);
  const checks = trials.flatMap((trial) => (trial.checks === null ? [] : [trial.checks]));
  const wrong = checks.filter((check) => check.violations.length > 0);
  if (trials.length === 0) return "no trial to verify";
  const share = `${formatCount(checks.length)} of ${formatCount(trials.length)} trials`;
  const first = wrong[0]?.violations[0];
  return first === undefined
    ? `${share} reopened and verified, no violation`
    : `${share} reopened and verified, ${wrong.length} WRONG: ${printable(first)}`;
}

function machineText(environment: Environment): string {
  const { cpu, cores, memoryBytes, platform, node, duckdb, quackmark, commit, dirty } = environment;
  const build =
    commit === null ? "" : ` (${commit.slice(0, 7)}${dirty ? ", uncommitted changes" : ""})`;
  return [
    printable(cpu),
    `${cores} ${cores === 1 ? "core" : "cores"}`,
    formatBytes(memoryBytes),
    platform,
    `node ${node}`,
    `duckdb ${duckdb}`,
    `quackmark ${quackmark}${build}`,
    `fsync ${formatMs(environment.fsyncMs)}`,
  ].join(", ");
}
