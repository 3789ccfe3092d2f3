/** `bench tune`: options → measurements → result file, charts, report and, if asked for, the settings file. */
import { join } from "node:path";
import { replaceFile } from "../lib/replace-file.ts";
import { renderTune, type TuneFormat } from "../report/tune/render-tune.ts";
import { readEnvironment } from "../results/environment.ts";
import { type TuneResult, tuneResultSchema } from "../results/tune-result.ts";
import { createRunFolder } from "../runner/run-folder.ts";
import type { TuneMode } from "../tune/studies.ts";
import { refuseUnknownSettings, tune } from "../tune/tune-run.ts";
import { configuredSettings } from "./configured.ts";
import { EXIT } from "./exit-codes.ts";
import { hearInterruption } from "./interruption.ts";
import { progressView } from "./progress.ts";
import { freshRunId } from "./run-id.ts";
import { terminal } from "./terminal.ts";
import { writeCharts, writeTuneCharts } from "./write-charts.ts";
import { proveWritable, writeSettings } from "./write-settings.ts";

/** The command line of `bench tune`, read. */
export interface TuneArguments {
  readonly mode: TuneMode;
  readonly write: boolean;
  readonly settings: readonly string[];
  readonly trials: number;
  readonly budgetMs: number;
  readonly seed: number;
  readonly store: string | null;
  readonly durability: "full" | "relaxed";
  readonly out: string | undefined;
  readonly format: TuneFormat;
  readonly charts: boolean;
  readonly command: readonly string[];
}

/** The result's name in its folder. */
const TUNE_FILE = "tune.json";

/** Runs the command and returns the exit code. Throws an `InputError` before anything is measured. */
export async function tuneCommand(args: TuneArguments): Promise<number> {
  refuseUnknownSettings(args.settings, args.store);
  if (args.write) proveWritable(process.cwd());
  const settings = configuredSettings();
  const startedAt = new Date();
  const id = freshRunId(startedAt);
  const folder = createRunFolder(args.out ?? join("results", "runs", id));
  const stop = hearInterruption();
  const view = progressView(process.stderr, args.budgetMs, () => performance.now());
  try {
    const result = await tune({
      mode: args.mode,
      settings: args.settings,
      bench: {
        id,
        startedAt: startedAt.toISOString(),
        command: args.command,
        environment: await readEnvironment(folder.path),
        folder: folder.path,
        trials: args.trials,
        budgetMs: args.budgetMs,
        seed: args.seed,
        store: args.store,
        durability: args.durability,
        settings,
        hooks: {
          signal: stop.signal,
          spentMs: () => performance.now(),
          now: () => new Date(),
          onProgress: (progress) => view.show(progress),
        },
        onResult: async (measured, place) => {
          if (args.charts) await writeCharts(measured, place);
        },
      },
    });
    view.end();
    const text = `${JSON.stringify(tuneResultSchema.parse(result), null, 1)}\n`;
    await replaceFile(join(folder.path, TUNE_FILE), text);
    if (args.charts) await writeTuneCharts(result, folder.path);
    await finish(result, args, folder.path);
    return exitCodeOf(result, stop.signal.aborted);
  } finally {
    view.end();
    stop.end();
  }
}

async function finish(
  result: TuneResult,
  { format, write }: TuneArguments,
  folder: string,
): Promise<void> {
  process.stdout.write(renderTune(result, format, { ...terminal(), folder }));
  if (!write) return;
  const changed = result.choices.filter(({ verdict }) => verdict === "changed");
  const told = await writeSettings(
    process.cwd(),
    Object.fromEntries(changed.map(({ setting, chosen }) => [setting, chosen])),
  );
  process.stderr.write(`bench: ${told}\n`);
}

/** A check that measured only some of its settings is not green. */
function exitCodeOf({ mode, choices, leftOut }: TuneResult, interrupted: boolean): number {
  if (interrupted) return EXIT.interrupted;
  if (choices.length === 0) return EXIT.nothingMeasured;
  if (mode === "tune") return EXIT.pass;
  if (choices.some(({ verdict }) => verdict === "changed")) return EXIT.thresholdMissed;
  const unsure = leftOut.length > 0 || choices.some(({ verdict }) => verdict === "unknown");
  return unsure ? EXIT.inconclusive : EXIT.pass;
}
