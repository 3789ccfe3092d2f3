/** docs/PEERS.md's generated part: the tables of one session, with who won. */

import {
  formatBytes,
  formatInterval,
  formatMetric,
  formatRatio,
  shortFormat,
} from "../src/report/format-number.ts";
import { escapeMarkdown } from "../src/report/markdown.ts";
import {
  type Cell,
  cellsOf,
  type Durability,
  type Estimate,
  type Figure,
  figuresOf,
  medianOf,
  OURS,
  type PeersResult,
  timesAsGood,
} from "./peers-result.ts";

const HEADINGS: Readonly<Record<string, string>> = {
  enqueue: "enqueue: many jobs at once",
  bulk: "bulk: ten times as many jobs at once",
  drain: "drain: no-op jobs that wait",
  live: "live: batches of 100 come while the worker runs",
  latency: "latency: one job on an idle queue until its handler starts",
  "fan-out": "fan-out: all jobs wait for the first",
  "fan-in": "fan-in: the first job waits for all others",
  layered: "layered: ten layers, each job waits for two of the layer before",
};

/** The ratio at which nobody is faster. */
const EVEN = 1;

/** Everything between the marks of docs/PEERS.md. */
export function peersTables(result: PeersResult): string {
  const durabilities = [...new Set(result.trials.map(({ durability }) => durability))];
  return [
    session(result),
    ...durabilities.flatMap((durability) => [
      `## Durability ${durability}`,
      ...tasksOf(result, durability).flatMap((task) => taskPart(result, task, durability)),
    ]),
  ].join("\n\n");
}

/** The tasks that were measured with a durability, in the order in which they are told. */
export function tasksOf({ trials }: PeersResult, durability: Durability): readonly string[] {
  const own = trials.filter((trial) => trial.durability === durability);
  const measured = new Set(own.map(({ task }) => task));
  return [...new Set([...Object.keys(HEADINGS), ...measured])].filter((task) => measured.has(task));
}

function session(result: PeersResult): string {
  const { command, startedAt, jobs, environment, versions, trials } = result;
  const { cpu, cores, memoryBytes, node, commit, dirty } = environment;
  const blocks = new Set(trials.map(({ block }) => block)).size;
  const build =
    commit === null ? "" : ` at commit ${commit.slice(0, 10)}${dirty ? ", changed" : ""}`;
  const others = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `\`${command.join(" ")}\` on ${startedAt.slice(0, 10)}: ${jobs.toLocaleString("en")} jobs, ${blocks} ${blocks === 1 ? "trial" : "trials"} of a cell${build}.`,
    `${cores} cores of ${/^[aeiou]/i.test(cpu) ? "an" : "a"} ${escapeMarkdown(cpu)}, ${formatBytes(memoryBytes)} of memory, Node ${node}; ${others.join(", ")}.`,
  ].join("\n");
}

function taskPart(result: PeersResult, task: string, durability: Durability): readonly string[] {
  const [main, ...rest] = figuresOf(task);
  const cells = cellsOf(result, task, durability, main);
  const able = cells.filter(({ has }) => has);
  const unable = cells.filter(({ has }) => !has).map(({ queue }) => queue);
  const head = ["queue", "a commit is", main.unit === "ms" ? "p50" : main.unit, "trials"];
  const ranked = able.toSorted((a, b) => rank(b, main) - rank(a, main));
  const rows = ranked.map((cell) => [
    isOurs(cell) ? `**${cell.queue}**` : cell.queue,
    result.durabilities[result.stores[cell.queue] as string]?.[durability] ?? "",
    value(cell, main),
    String(cell.values.size),
    ...rest.map((figure) => otherValue(result, task, durability, cell, figure)),
    cell.peakRssBytes === null ? "" : formatBytes(cell.peakRssBytes),
    ...Object.values(OURS).map((name) => ratio(able, name, cell, main)),
  ]);
  return [
    `### ${HEADINGS[task] ?? task}`,
    table(
      [...head, ...rest.map(() => "p99"), "memory", "our DuckDB store", "our PostgreSQL store"],
      rows,
    ),
    [
      ...(unable.length === 0 ? [] : [`- No such thing in: ${unable.join(", ")}.`]),
      ...Object.entries(OURS).flatMap(([store, name]) => verdict(result, able, store, name, main)),
    ].join("\n"),
  ].filter((part) => part !== "");
}

function isOurs({ queue }: Cell): boolean {
  return queue === OURS.duckdb || queue === OURS.postgres;
}

/** Higher is better; what failed is last. */
function rank(cell: Cell, { better }: Figure): number {
  const middle = medianOf(cell)?.value;
  if (middle === undefined) return Number.NEGATIVE_INFINITY;
  return better === "higher" ? middle : -middle;
}

function value(cell: Cell, { unit }: Figure): string {
  if (cell.failed !== null) return `failed: ${escapeMarkdown(cell.failed)}`;
  const middle = medianOf(cell);
  if (middle === null) return "";
  const format = shortFormat(unit);
  const range = formatInterval(middle.value, middle.low, middle.high, format);
  return `${formatMetric(middle.value, unit).replace(/ jobs\/s$/, "")} ${range}`.trimEnd();
}

function otherValue(
  result: PeersResult,
  task: string,
  durability: Durability,
  { queue }: Cell,
  figure: Figure,
): string {
  const cell = cellsOf(result, task, durability, figure).find((one) => one.queue === queue);
  return cell === undefined || cell.failed !== null ? "" : value(cell, figure);
}

function ratio(able: readonly Cell[], name: string, cell: Cell, figure: Figure): string {
  const ours = able.find(({ queue }) => queue === name);
  if (ours === undefined || isOurs(cell)) return "";
  const times = timesAsGood(ours, cell, figure);
  return times === null ? "" : withRange(times);
}

function withRange({ value: times, low, high }: Estimate): string {
  const range = low === null || high === null ? "" : ` [${formatRatio(low)}, ${formatRatio(high)}]`;
  return `${formatRatio(times)}${range}`;
}

/** Who is the fastest that we are held against, and whether we beat it. The embedded store is held against all. */
function verdict(
  { stores }: PeersResult,
  able: readonly Cell[],
  store: string,
  name: string,
  figure: Figure,
): readonly string[] {
  const ours = able.find(({ queue }) => queue === name);
  if (ours === undefined) return [];
  const peers = able.filter(
    (cell) =>
      !isOurs(cell) &&
      medianOf(cell) !== null &&
      (store === "duckdb" || stores[cell.queue] === store),
  );
  const best = peers.toSorted((a, b) => rank(b, figure) - rank(a, figure))[0];
  if (ours.failed !== null) return [`- **${name} failed: ${escapeMarkdown(ours.failed)}.**`];
  if (best === undefined) return [];
  const times = timesAsGood(ours, best, figure);
  if (times === null) return [];
  const against = `the fastest ${store === "postgres" ? "PostgreSQL peer" : "peer"}, ${best.queue}`;
  const word = figure.better === "higher" ? "as fast as" : "as quick as";
  return [`- ${outcome(times)}: ${name} is ${withRange(times)} ${word} ${against}.`];
}

/** Without an interval nobody has won: one is ahead. */
function outcome({ value: times, low, high }: Estimate): string {
  if (low === null || high === null) {
    if (times === EVEN) return "Level, too few trials to say";
    return `${times > EVEN ? "Ahead" : "**Behind**"}, too few trials to say`;
  }
  if (low > EVEN) return "Won";
  return high < EVEN ? "**Lost**" : "Undecided";
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const text = [head, head.map(() => "---"), ...rows];
  return text.map((row) => `| ${row.join(" | ")} |`).join("\n");
}
