/** `bench history`: a figure over all saved runs, and where it changed. */
import { join } from "node:path";
import picocolors from "picocolors";
import type { Argv } from "yargs";
import { InputError, messageOf } from "../lib/errors.ts";
import { replaceFile } from "../lib/replace-file.ts";
import { type HistoryGroup, historyGroups, historyTable } from "../report/history-table.ts";
import { renderTable } from "../report/table.ts";
import { type HistoryTrend, trendOf } from "../results/history-trend.ts";
import { METRICS } from "../results/metric.ts";
import { seededRandom } from "../runner/seeded-random.ts";
import { didYouMean } from "../scenario/suggest.ts";
import { type Typed, textOf } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { RUNS_FOLDER } from "./find-run.ts";
import { terminal } from "./terminal.ts";

/** A history always reads the same. */
const SEED = 1;

const WIDTH_CHARS = 120;

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  const text = { type: "string", requiresArg: true } as const;
  return command
    .positional("metric", {
      type: "string",
      describe:
        "such as submitRowsPerS or peakRssBytes (default: what answers each scenario's question)",
    })
    .option("runs", { ...text, describe: `the folder of the runs (default ${RUNS_FOLDER})` })
    .option("scenario", { ...text, describe: "of this scenario only" })
    .option("out", { ...text, describe: "draw charts as PNG into this folder" })
    .option("json", {
      type: "boolean",
      describe: "print one JSON document, every point of every series",
    })
    .example("$0 history", "how the answers changed from run to run")
    .example("$0 history peakRssBytes --scenario drain", "one metric of one scenario")
    .example("$0 history --runs results/published --out charts", "any folder of result files")
    .epilogue(
      "Figures compare on one machine with the same settings only: each machine has a table of its own. A step is where the level changed (energy distance, permutation test, p ≤ 1 %).",
    );
}

/** Runs the command. */
export async function run(typed: Typed): Promise<number> {
  const metric = knownMetric(textOf(typed, "metric"));
  const { readHistory } = await import("../results/history.ts");
  const folder = textOf(typed, "runs") ?? RUNS_FOLDER;
  const { series, runs, skipped } = await readHistory(folder, metric);
  for (const { file, reason } of skipped) {
    process.stderr.write(`bench: ${file}: skipped, ${reason}\n`);
  }
  const scenario = textOf(typed, "scenario");
  const trends = series
    .filter((one) => scenario === undefined || one.scenario === scenario)
    .map((one) => trendOf(one, seededRandom(SEED)));
  const groups = historyGroups(trends);
  if (typed["json"] === true) printJson(folder, runs, trends);
  else printTables(groups);
  if (groups.length === 0) {
    const of = [scenario, metric].filter((name) => name !== undefined).join(" ");
    process.stderr.write(
      `bench: ${runs} ${runs === 1 ? "run" : "runs"} in ${folder}, and no figure${of === "" ? "" : ` of ${of}`} in them\n`,
    );
    return EXIT.nothingMeasured;
  }
  const out = textOf(typed, "out");
  if (out !== undefined) await drawCharts(groups, out);
  return EXIT.pass;
}

function knownMetric(name: string | undefined): string | undefined {
  if (name === undefined || Object.hasOwn(METRICS, name)) return name;
  throw new InputError(
    `${name} is no metric${didYouMean(name, Object.keys(METRICS))} bench list <scenario> tells those of a scenario.`,
  );
}

function printTables(groups: readonly HistoryGroup[]): void {
  const { colored, widthChars = WIDTH_CHARS } = terminal();
  const colors = picocolors.createColors(colored);
  const tables = groups.map((group) => renderTable(historyTable(group), { colors, widthChars }));
  process.stdout.write(tables.join("\n"));
}

function printJson(folder: string, runs: number, trends: readonly HistoryTrend[]): void {
  process.stdout.write(`${JSON.stringify({ folder, runs, series: trends }, null, 2)}\n`);
}

/** Paths go to stderr: stdout has the table or the JSON document. */
async function drawCharts(groups: readonly HistoryGroup[], folder: string): Promise<void> {
  const { historyChart } = await import("../report/chart/history-chart.ts");
  const { renderPng } = await import("../report/chart/png.ts");
  for (const [place, group] of groups.entries()) {
    const chart = historyChart(group);
    if (chart === undefined) continue;
    const twice = groups.slice(0, place).some((other) => historyChart(other)?.id === chart.id);
    const path = join(folder, `${chart.id}${twice ? `-${place + 1}` : ""}.png`);
    try {
      await replaceFile(path, await renderPng(chart));
    } catch (error) {
      throw new InputError(
        `${path}: cannot be written (${messageOf(error)}). Choose another folder with --out.`,
        { cause: error },
      );
    }
    process.stderr.write(`bench: drew ${path}\n`);
  }
}
