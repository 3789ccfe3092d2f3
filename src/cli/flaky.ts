/** `bench flaky`: flags → runs → result file and report. */
import { join } from "node:path";
import { InputError } from "../lib/errors.ts";
import { shellText } from "../lib/shell-text.ts";
import {
  type FlakyHooks,
  type FlakyMeasurement,
  measureFlakiness,
} from "../races/flaky/campaign.ts";
import {
  FlakyJournal,
  type FlakyJournalEntry,
  type FlakyJournalHead,
  readFlakyJournal,
} from "../races/flaky/flaky-journal.ts";
import { renderFlaky } from "../report/flaky/render-flaky.ts";
import { readEnvironment } from "../results/environment.ts";
import {
  FLAKY_SCHEMA_VERSION,
  type FlakyResult,
  type FlakyVerdict,
} from "../results/flaky-result.ts";
import { writeFlakyResult } from "../results/flaky-result-file.ts";
import { createRunFolder } from "../runner/run-folder.ts";
import { EXIT } from "./exit-codes.ts";
import { findResumed, RUNS_FOLDER } from "./find-run.ts";
import { durationMs } from "./flag-values.ts";
import {
  type FlakyFlagTexts,
  type FlakySwitches,
  readFlakyFormat,
  readFlakyOptions,
  refuseWithFlakyResume,
} from "./flaky-flags.ts";
import { flakyProgressView } from "./flaky-progress.ts";
import { scenarioCommand } from "./flaky-scenario.ts";
import { hearInterruption } from "./interruption.ts";
import { freshRunId } from "./run-id.ts";
import { terminal } from "./terminal.ts";

/** The command line of `bench flaky`, as typed. */
export interface FlakyArguments {
  /** What follows `--`. */
  readonly command: readonly string[];
  readonly texts: FlakyFlagTexts;
  readonly switches: FlakySwitches;
}

const EXIT_OF: Readonly<Record<FlakyVerdict, number>> = {
  stable: EXIT.pass,
  suspect: EXIT.inconclusive,
  flaky: EXIT.invariantViolated,
  broken: EXIT.invariantViolated,
  inconclusive: EXIT.inconclusive,
};

/** Runs the command and returns the exit code. Throws an `InputError` for bad input, and for a command that cannot be started. */
export async function flakyCommand(args: FlakyArguments): Promise<number> {
  const { texts, switches } = args;
  const format = readFlakyFormat(texts, switches.has("json"));
  const { budget } = texts;
  const budgetMs = budget === undefined ? Number.POSITIVE_INFINITY : durationMs("--budget", budget);
  const { head, entries, journal, folder, discard } = prepare(args);
  let runsDone = 0;
  const stop = hearInterruption();
  const view = flakyProgressView(process.stderr, () => performance.now());
  const hooks: FlakyHooks = {
    folder: process.cwd(),
    signal: stop.signal,
    // The clock of a process starts with it.
    timeIsUp: () => performance.now() > budgetMs,
    onProgress: (progress) => view.show(progress),
    done: entries,
    onRun: (entry) => {
      journal.add(entry);
      runsDone += 1;
    },
  };
  try {
    const measured = await measureFlakiness(head.options, hooks);
    view.end();
    journal.close();
    if ("nothing" in measured) {
      discard();
      process.stderr.write(`bench: nothing was measured: ${measured.nothing}\n`);
      return stop.signal.aborted ? EXIT.interrupted : EXIT.nothingMeasured;
    }
    const result = await resultOf(head, measured, folder);
    await writeFlakyResult(folder, result);
    process.stdout.write(renderFlaky(result, format, { ...terminal(), folder }));
    if (result.ended === "interrupted" || result.ended === "budget") {
      const why = result.ended === "budget" ? "--budget ended it" : "interrupted";
      const again = shellText(["bench", "flaky", "--resume", folder]);
      process.stderr.write(`bench: ${why}; go on with: ${again}\n`);
    }
    return result.ended === "interrupted" ? EXIT.interrupted : EXIT_OF[result.verdict];
  } catch (error) {
    view.end();
    // Input errors come with the first run; what was measured before a later one is worth keeping.
    if (error instanceof InputError && runsDone <= 1) discard();
    throw error;
  } finally {
    stop.end();
  }
}

interface Prepared {
  readonly head: FlakyJournalHead;
  readonly entries: readonly FlakyJournalEntry[];
  readonly journal: FlakyJournal;
  readonly folder: string;
  /** Removes what this command made. */
  discard(): void;
}

function prepare({ command: given, texts, switches }: FlakyArguments): Prepared {
  const { resume, out, scenario } = texts;
  const command = scenario === undefined ? given : scenarioCommand(scenario, given);
  if (resume !== undefined) {
    refuseWithFlakyResume(command, texts, switches);
    const folder = findResumed(resume);
    const { head, entries } = readFlakyJournal(folder);
    const journal = FlakyJournal.goOn(folder, entries);
    // What an earlier command made is not this command's to remove.
    return { head, entries, journal, folder, discard: () => undefined };
  }
  const options = readFlakyOptions(command, texts, switches);
  const now = new Date();
  const id = freshRunId(now);
  const head = { id, startedAt: now.toISOString(), options };
  const { path: folder, discard } = createRunFolder(out ?? join(RUNS_FOLDER, id));
  return { head, entries: [], journal: FlakyJournal.begin(folder, head), folder, discard };
}

async function resultOf(
  { id, startedAt, options }: FlakyJournalHead,
  measured: FlakyMeasurement,
  folder: string,
): Promise<FlakyResult> {
  return {
    schemaVersion: FLAKY_SCHEMA_VERSION,
    kind: "flaky",
    id,
    startedAt,
    finishedAt: new Date().toISOString(),
    command: [...options.command],
    environment: await readEnvironment(folder),
    plan: options.plan,
    shuffled: options.shuffle,
    seed: options.seed,
    ...measured,
  };
}
