/** `bench run`: flags → plan → run → tables, charts and the result file. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InputError, messageOf } from "../lib/errors.ts";
import { METRICS } from "../results/metric.ts";
import type { Result, Verdict } from "../results/result.ts";
import { newRunId, writeResult } from "../results/result-file.ts";
import { readDagFile } from "../scenario/dag-file/read-dag-file.ts";
import { expandCells } from "../scenario/expand-cells.ts";
import { loadScenario } from "../scenario/load-scenario.ts";
import { readOverrides } from "../scenario/parameters.ts";
import { runScenarios } from "../runner/run-scenarios.ts";
import { EXIT } from "./exit-codes.ts";

/** The flags of `bench run`, as typed. */
export interface RunFlags {
  readonly scenarios: readonly string[];
  /** Texts of parameter flags by parameter name. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly dagFile: string | undefined;
  readonly trials: string | undefined;
  readonly budget: string;
  readonly maxTrialTime: string;
  readonly seed: string;
  readonly durability: "full" | "relaxed";
  readonly out: string | undefined;
  readonly json: boolean;
}

const EXIT_OF: Readonly<Record<Verdict, number>> = {
  ok: EXIT.pass,
  "threshold-missed": EXIT.thresholdMissed,
  "invariant-violated": EXIT.invariantViolated,
  interrupted: EXIT.interrupted,
  "nothing-measured": EXIT.nothingMeasured,
};

function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new InputError(`${flag} ${text}: not a whole number from ${min} to ${max}`);
}

function durationMs(flag: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  const factor = match?.[2] === "ms" ? 1 : match?.[2] === "m" ? 60_000 : 1000;
  const ms = Number(match?.[1]) * factor;
  if (ms >= 1 && ms <= 86_400_000) return ms;
  throw new InputError(`${flag} ${text}: not a duration such as 500ms, 30s or 2m`);
}

/** Level by level: the platform's own recursive form spins for ever on a file system that refuses folders. */
function makeParents(folder: string): void {
  if (existsSync(folder)) return;
  makeParents(dirname(folder));
  mkdirSync(folder);
}

function makeFolder(flag: string | undefined, id: string): string {
  const folder = resolve(flag ?? join("results", "runs", id));
  try {
    makeParents(folder);
    writeFileSync(join(folder, "journal.jsonl"), "");
  } catch (cause) {
    throw new InputError(`--out ${folder}: cannot be written (${messageOf(cause)}); choose another folder`, { cause });
  }
  return folder;
}

/** Runs the command; returns the exit code. */
export async function runCommand(flags: RunFlags, command: readonly string[]): Promise<number> {
  const scenarios = flags.scenarios.map((name) => loadScenario(name, Object.keys(METRICS)));
  const overrides = readOverrides(scenarios, flags.parameters);
  const dag = flags.dagFile === undefined ? undefined : readDagFile(flags.dagFile);
  const cells = scenarios.flatMap((scenario, index) =>
    expandCells(scenario, overrides[index], dag).map((parameters) => ({ scenario: scenario.name, workload: scenario.workload, parameters })),
  );
  const seed = wholeNumber("--seed", flags.seed, 0, 0xffffffff);
  const trials = flags.trials === undefined ? null : wholeNumber("--trials", flags.trials, 1, 10_000);
  const budgetMs = durationMs("--budget", flags.budget);
  const maxTrialMs = durationMs("--max-trial-time", flags.maxTrialTime);
  const id = newRunId(new Date(), () => Math.floor(Math.random() * 2 ** 32));
  const folder = makeFolder(flags.out, id);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const result = await runScenarios({
    id,
    folder,
    command,
    cells,
    trials,
    budgetMs,
    maxTrialMs,
    seed,
    durability: flags.durability,
    dagFile: flags.dagFile ?? null,
    signal: stop.signal,
    onProgress: (done, elapsedMs, cell) => {
      process.stderr.write(`${(elapsedMs / 1000).toFixed(0).padStart(4)} s  trial ${done}  ${cell.scenario} ${Object.entries(cell.parameters).map(([k, v]) => `${k}=${v}`).join(" ")}\n`);
    },
  });
  if (result.cells.length === 0) rmSync(folder, { recursive: true, force: true });
  else await finish(result, folder, flags.json);
  return EXIT_OF[result.verdict];
}

async function finish(result: Result, folder: string, json: boolean): Promise<void> {
  await writeResult(folder, result);
  const { render } = await import("../report/render.ts");
  await writeCharts(result, folder);
  const colored = process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined;
  process.stdout.write(`${render(result, json ? "json" : "table", { colored, folder, widthChars: process.stdout.columns ?? 120 }).trimEnd()}\n`);
}

async function writeCharts(result: Result, folder: string): Promise<void> {
  const { chartsOf } = await import("../report/chart/charts-of.ts");
  const { renderPng } = await import("../report/chart/png.ts");
  try {
    for (const chart of chartsOf(result)) writeFileSync(join(folder, `${chart.id}.png`), await renderPng(chart));
  } catch (error) {
    process.stderr.write(`No charts: ${messageOf(error)}\n`);
  }
}
