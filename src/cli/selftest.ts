/** `bench selftest`: records pairs until its gates are played or its budget ends, then prints what they show. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { createColors } from "picocolors";
import { armSlowdown } from "../gate/arm-slowdown.ts";
import { DEFAULT_POLICY } from "../gate/gate-policy.ts";
import { pairSlowdown } from "../gate/pair-slowdown.ts";
import { nextPair, type SelftestSize } from "../gate/selftest-plan.ts";
import { selftestReport } from "../gate/selftest-report.ts";
import { InputError } from "../lib/errors.ts";
import { renderSelftest, selftestMarkdown } from "../report/selftest/selftest-tables.ts";
import { readEnvironment } from "../results/environment.ts";
import { metricOf } from "../results/metric.ts";
import type { Pair } from "../results/pair.ts";
import {
  type ArmPair,
  armPairSchema,
  type SelftestHead,
  selftestHeadSchema,
} from "../results/selftest-record.ts";
import type { SelftestReport } from "../results/selftest-report.ts";
import { cellName } from "../runner/cell-name.ts";
import { refuseOwned } from "../runner/journal-owner.ts";
import { LineJournal, readLines } from "../runner/jsonl.ts";
import { planCells } from "../runner/plan-cells.ts";
import type { PlannedCell } from "../runner/run-plan.ts";
import { seededRandom } from "../runner/seeded-random.ts";
import { SelftestRecorder } from "../runner/selftest-recorder.ts";
import { parseCellText } from "../scenario/cell-text.ts";
import { roundsOf } from "./compare-flags.ts";
import { EXIT } from "./exit-codes.ts";
import { durationMs, wholeNumber } from "./flag-values.ts";
import { type ReportFormat, readReportFormat } from "./formats.ts";
import { hearInterruption } from "./interruption.ts";
import type { FlagTexts } from "./run-flags.ts";
import { freshRunId } from "./run-id.ts";
import { terminal } from "./terminal.ts";

/** The flags with a value. The defaults are written below and nowhere else. */
export const SELFTEST_FLAGS = {
  budget: "time to measure (default 5m with --quick, none with --full)",
  cell: "the cell to measure (default 'submit dagSize=500 strategy=values chunkSize=1000')",
  metric: "its metric that the gates judge (default submitMs)",
  rounds: `how often each side of a pair measures, in turns (default ${DEFAULT_POLICY.rounds})`,
  seed: "seed of the DAG and of the order of sides (default 1)",
  out: "folder of the record (default results/selftest)",
  replay: "measure nothing: print the tables of a record (its journal.jsonl)",
  format: "what to print: table, json or markdown (default table)",
} as const satisfies Readonly<Record<string, string>>;

const DEFAULT_CELL = "submit dagSize=500 strategy=values chunkSize=1000";
const QUICK_BUDGET_MS = 290_000;
const MAX_TRIAL_MS = 30_000;
const JOURNAL_FILE = "journal.jsonl";
const WIDTH_CHARS = 140;

/** The command line of `bench selftest`, as typed. */
export interface SelftestArguments {
  readonly flags: FlagTexts;
  readonly quick: boolean;
  readonly full: boolean;
  readonly json: boolean;
  readonly command: readonly string[];
}

interface Session {
  readonly head: SelftestHead;
  readonly cell: PlannedCell;
  readonly folder: string;
  readonly pairs: ArmPair[];
  readonly journal: LineJournal;
  readonly size: SelftestSize;
  readonly budgetMs: number;
}

/** Runs the command and returns the exit code. */
export async function selftestCommand(args: SelftestArguments): Promise<number> {
  if (args.quick && args.full)
    throw new InputError("--quick contradicts --full. Name one of them.");
  const format = readReportFormat(args.flags["format"], args.json);
  const { replay } = args.flags;
  if (replay !== undefined) {
    const record = readLines(resolve(replay), selftestHeadSchema, armPairSchema);
    if (record === undefined) throw new InputError(`--replay ${replay}: there is no such file.`);
    return tell(record.head, record.lines, format);
  }
  const session = await open(args);
  const stop = hearInterruption();
  try {
    await record(session, stop.signal);
  } finally {
    stop.end();
  }
  const code = tell(session.head, session.pairs, format);
  process.stderr.write(`saved in ${session.folder}; repeat the command to go on\n`);
  return stop.signal.aborted ? EXIT.interrupted : code;
}

/** Prints what the record shows. A target that is missed is exit 4; one that is open needs more gates, and is no failure. */
function tell(head: SelftestHead, pairs: readonly ArmPair[], format: ReportFormat): number {
  if (pairs.length === 0) {
    process.stderr.write("bench: the record holds no pair yet\n");
    return EXIT.nothingMeasured;
  }
  const report = selftestReport(head, pairs, betterOf(head.metric), seededRandom(head.seed));
  process.stdout.write(textOf(report, format));
  return report.figures.some(({ verdict }) => verdict === "missed")
    ? EXIT.thresholdMissed
    : EXIT.pass;
}

function textOf(report: SelftestReport, format: ReportFormat): string {
  if (format === "json") return `${JSON.stringify(report, null, 1)}\n`;
  if (format === "markdown") return `${selftestMarkdown(report)}\n`;
  const { colored, widthChars = WIDTH_CHARS } = terminal();
  return renderSelftest(report, { colors: createColors(colored), widthChars });
}

function betterOf(metric: string): "higher" | "lower" {
  const { better } = metricOf(metric);
  if (better === "none")
    throw new InputError(
      `--metric ${metric}: there is no such metric, or more of it is no worse. src/results/metric.ts lists all.`,
    );
  return better;
}

async function open({ flags, full }: SelftestArguments): Promise<Session> {
  const size: SelftestSize = full ? "full" : "quick";
  const budget = flags["budget"];
  const budgetMs =
    budget === undefined
      ? full
        ? Number.POSITIVE_INFINITY
        : QUICK_BUDGET_MS
      : durationMs("--budget", budget);
  const seed = wholeNumber("--seed", flags["seed"] ?? "1", 0, 0xffffffff);
  const rounds = roundsOf(flags, DEFAULT_POLICY);
  const text = flags["cell"] ?? DEFAULT_CELL;
  const [cell, ...others] = planCells(parseCellText(text, "--cell"), "--cell").cells;
  if (cell === undefined || others.length > 0) {
    throw new InputError(
      `--cell ${text}: stands for ${others.length + 1} cells. Name all parameters, so that it is one.`,
    );
  }
  const metric = flags["metric"] ?? "submitMs";
  betterOf(metric);
  const folder = resolve(flags["out"] ?? join("results", "selftest"));
  mkdirSync(folder, { recursive: true });
  const environment = await readEnvironment(folder);
  const path = join(folder, JOURNAL_FILE);
  refuseOwned(folder);
  const before = readLines(path, selftestHeadSchema, armPairSchema);
  if (before !== undefined) {
    requireSame(before.head, cell, rounds, environment.fingerprint, folder);
    const journal = LineJournal.goOn(path);
    return { head: before.head, cell, folder, pairs: [...before.lines], journal, size, budgetMs };
  }
  const now = new Date();
  const head: SelftestHead = {
    selftestVersion: 1,
    id: freshRunId(now),
    startedAt: now.toISOString(),
    seed,
    durability: "full",
    cell: { scenario: cell.scenario, parameters: { ...cell.parameters } },
    metric,
    rounds,
    environment,
  };
  const journal = LineJournal.begin(path, head);
  return { head, cell, folder, pairs: [], journal, size, budgetMs };
}

function requireSame(
  head: SelftestHead,
  cell: PlannedCell,
  rounds: number,
  now: string,
  folder: string,
): void {
  const [was, is] = [
    `${cellName(head.cell)} in ${head.rounds} rounds`,
    `${cellName(cell)} in ${rounds}`,
  ];
  if (was !== is) {
    throw new InputError(`${folder} holds a record of ${was}, not of ${is}. Name another --out.`);
  }
  if (head.environment.fingerprint !== now) {
    throw new InputError(
      `${folder} holds a record of another machine or version (${head.environment.fingerprint}, now ${now}). Name another --out.`,
    );
  }
}

async function record(session: Session, signal: AbortSignal): Promise<void> {
  const { head, cell, folder, pairs, journal, size, budgetMs } = session;
  const better = betterOf(head.metric);
  const sitting = (pairs.at(-1)?.sitting ?? -1) + 1;
  const { seed, durability, metric, rounds } = head;
  const slowdownOf = (pair: Pick<Pair, "base" | "head">): number => pairSlowdown(pair, metric);
  const what = { seed, durability, cell, metric, rounds, slowdownOf };
  const recorder = new SelftestRecorder(
    { ...what, maxTrialMs: MAX_TRIAL_MS, folder, sitting },
    journal,
  );
  const startMs = performance.now();
  try {
    while (!signal.aborted && performance.now() - startMs < budgetMs) {
      const next = nextPair(pairs, better, size);
      if (next === null) break;
      const pair = await recorder.measure(next.arm, next.number, signal);
      if (pair === null) break;
      pairs.push(pair);
      process.stderr.write(
        `${next.arm.padEnd(9)} ${Math.exp(armSlowdown(pair, better)).toFixed(3)}${pair.noisy ? " noisy" : ""}\n`,
      );
    }
  } finally {
    recorder.close();
  }
}
