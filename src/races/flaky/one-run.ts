/** One run of the user's command: its arguments filled in, its report read. */
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { type ChildEnd, runChild } from "./child-command.ts";
import type { FlakyOptions } from "./options.ts";
import { type RunRecord, withoutColours } from "./outcome.ts";
import {
  type FoundReport,
  lookBeforeRun,
  type ReportBefore,
  reportInFile,
  reportInOutput,
} from "./report-place.ts";
import { reportArguments, shuffleArguments } from "./test-runner.ts";

/** How a run differs from the plain command. */
export interface Variation {
  /** Unique in the campaign; fills `{run}`. */
  readonly label: string;
  /** Shuffles by this seed; null: leaves the order alone. */
  readonly shuffleSeed: number | null;
  /** Appended to the command. */
  readonly extraArguments: readonly string[];
  /** Put in front of the command, as in `taskset -c 0`. */
  readonly prefix: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly slowdown: number;
  /** Folders for temporary files and caches that nobody has used. */
  readonly freshFolders: boolean;
  /** Which of two copies started at once is the run; null: there is one copy. */
  readonly twin: "first" | "second" | null;
}

/** A run of the plain command. */
export function plainRun(label: string, shuffleSeed: number | null): Variation {
  return {
    label,
    shuffleSeed,
    extraArguments: [],
    prefix: [],
    env: {},
    slowdown: 1,
    freshFolders: false,
    twin: null,
  };
}

/** Where a campaign runs. */
export interface RunPlace {
  /** The current folder of the command. */
  readonly folder: string;
  /** For reports and temporary folders; the caller removes it. */
  readonly scratch: string;
}

/**
 * Runs the command once. Null when `signal` aborted it. Throws an `InputError` when it cannot be started, or
 * when no report can be written where it should be.
 */
export async function runOnce(
  options: FlakyOptions,
  variation: Variation,
  place: RunPlace,
  signal: AbortSignal,
): Promise<RunRecord | null> {
  const copies = await Promise.all(
    (variation.twin === null ? [""] : ["", "b"]).map((suffix) =>
      prepareCopy(options, { ...variation, label: `${variation.label}${suffix}` }, place),
    ),
  );
  const ends = await Promise.all(
    copies.map(({ command, env }) =>
      runChild({
        command,
        env,
        limitMs: options.runLimitMs * variation.slowdown,
        slowdown: variation.slowdown,
        signal,
      }),
    ),
  );
  const measured = variation.twin === "second" ? 1 : 0;
  const end = ends[measured] ?? null;
  const copy = copies[measured];
  const record = end === null || copy === undefined ? null : recordOf(end, copy, variation, place);
  for (const { leftovers } of copies) rmSync(leftovers, { recursive: true, force: true });
  return record;
}

interface Copy {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Null: the report, if any, is in the output. */
  readonly report: { readonly path: string; readonly before: ReportBefore } | null;
  /** What may be removed once the report is read. */
  readonly leftovers: string;
}

async function prepareCopy(
  options: FlakyOptions,
  variation: Variation,
  place: RunPlace,
): Promise<Copy> {
  const { command, testRunner } = options;
  const { label, shuffleSeed } = variation;
  const leftovers = join(place.scratch, label);
  mkdirSync(leftovers, { recursive: true });
  const values = { run: label, seed: String(shuffleSeed ?? options.seed), report: "" };
  const own = options.report === null ? null : resolve(place.folder, fill(options.report, values));
  const inScratch = join(leftovers, "report");
  const appended =
    own !== null || asksForReport(command) ? [] : reportArguments(testRunner, command, inScratch);
  const path = own ?? (appended === null ? null : inScratch);
  const shuffle = shuffleSeed === null ? [] : shuffleArguments(testRunner, command, shuffleSeed);
  return {
    command: [
      ...variation.prefix,
      ...command.map((part) => fill(part, { ...values, report: path ?? inScratch })),
      ...(shuffle ?? []),
      ...variation.extraArguments,
      ...(appended ?? []),
    ],
    env: { ...variation.env, ...(variation.freshFolders ? freshFolders(leftovers) : {}) },
    report: path === null ? null : { path, before: await lookBeforeRun(path) },
    leftovers,
  };
}

function asksForReport(command: readonly string[]): boolean {
  return command.some((part) => part.includes("{report}"));
}

/** Fills `{run}`, `{seed}` and `{report}`; other braces are the user's. */
export function fill(
  template: string,
  values: Readonly<Record<"run" | "seed" | "report", string>>,
): string {
  return template.replaceAll(/\{(run|seed|report)\}/g, (whole, name: string) =>
    name === "run" || name === "seed" || name === "report" ? values[name] : whole,
  );
}

function freshFolders(parent: string): Readonly<Record<string, string>> {
  const temporary = join(parent, "tmp");
  const cache = join(parent, "cache");
  for (const folder of [temporary, cache]) mkdirSync(folder);
  return {
    TMPDIR: temporary,
    TMP: temporary,
    TEMP: temporary,
    XDG_CACHE_HOME: cache,
    XDG_STATE_HOME: cache,
  };
}

const KEPT_LINES = 12;

function recordOf(end: ChildEnd, copy: Copy, variation: Variation, place: RunPlace): RunRecord {
  const { exitCode, signal, timedOut, durationMs, slowdown } = end;
  const { tests, problem } = findReport(end, copy, place);
  const failed = timedOut || exitCode !== 0;
  const lines = withoutColours(end.tail).trimEnd().split("\n").slice(-KEPT_LINES);
  return {
    exitCode,
    signal,
    timedOut,
    durationMs,
    seed: variation.shuffleSeed,
    tests,
    reportProblem: problem,
    output: failed ? lines.join("\n") : null,
    slowdown,
  };
}

function findReport(end: ChildEnd, { report }: Copy, { folder }: RunPlace): FoundReport {
  if (report !== null) return reportInFile(report.path, report.before, folder);
  if (end.stdout !== null) return reportInOutput(end.stdout, folder);
  return {
    tests: null,
    problem: "the command printed more than 64 MiB: let it write its report to a file (--report)",
  };
}
