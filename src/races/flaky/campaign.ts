/** A campaign of `bench flaky`: the runs, then the margin and the classification where they are asked for. */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../lib/errors.ts";
import type { FlakyResult, FlakyTarget, FlakyVerdict } from "../../results/flaky-result.ts";
import { passesToAccept } from "../../stats/sprt.ts";
import { armsFor, baselineRun, readMachine } from "./arms.ts";
import { classify } from "./classify.ts";
import { findClusters } from "./clusters.ts";
import { findFindings } from "./findings.ts";
import type { FlakyJournalEntry } from "./flaky-journal.ts";
import { measureMargin } from "./margin.ts";
import { plainRun, runOnce, type Variation } from "./one-run.ts";
import type { FlakyOptions } from "./options.ts";
import { commandFailed, type RunRecord } from "./outcome.ts";
import { Tally } from "./tally.ts";
import { bySeverity } from "./verdict.ts";

/** How far a campaign is. */
export interface FlakyProgress {
  /** `runs`, `margin`, or the name of an arm. */
  readonly phase: string;
  /** The run that starts, from 1, and how many there are at most; null: not known. */
  readonly run: number;
  readonly of: number | null;
  /** Targets with an answer, and all. */
  readonly decided: number;
  readonly targets: number;
}

/** What a campaign needs from outside. */
export interface FlakyHooks {
  /** The current folder of the command, absolute. */
  readonly folder: string;
  /** Ends the campaign, and the run that is under way without counting it. */
  readonly signal: AbortSignal;
  /** Asked before each run. */
  readonly timeIsUp: () => boolean;
  readonly onProgress: (progress: FlakyProgress) => void;
  /** Runs that an earlier command has done. */
  readonly done: readonly FlakyJournalEntry[];
  /** Called as soon as a run has ended. */
  readonly onRun: (entry: FlakyJournalEntry) => void;
}

/** What was measured: the result without its identity. */
export type FlakyMeasurement = Pick<
  FlakyResult,
  | "rule"
  | "runs"
  | "targets"
  | "clusters"
  | "findings"
  | "margin"
  | "classification"
  | "verdict"
  | "ended"
>;

/** A campaign that measured nothing, and why. */
export interface NothingRun {
  readonly nothing: string;
}

/**
 * Measures. Resolves to {@link NothingRun} when the first report names no test that was executed, or when
 * the campaign was ended before the first run. Throws an `InputError` when the command cannot be started,
 * when it says that it was called wrongly, or when it passes without the report that it should write.
 */
export async function measureFlakiness(
  options: FlakyOptions,
  hooks: FlakyHooks,
): Promise<FlakyMeasurement | NothingRun> {
  const scratch = mkdtempSync(join(tmpdir(), "bench-flaky-"));
  try {
    return await new Campaign(options, hooks, scratch).measure();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

class Campaign {
  readonly #options: FlakyOptions;
  readonly #hooks: FlakyHooks;
  readonly #scratch: string;
  readonly #done: ReadonlyMap<string, RunRecord>;
  readonly #tally: Tally;
  readonly #records: RunRecord[] = [];
  #cutShort: "budget" | "interrupted" | null = null;

  constructor(options: FlakyOptions, hooks: FlakyHooks, scratch: string) {
    this.#options = options;
    this.#hooks = hooks;
    this.#scratch = scratch;
    this.#done = new Map(hooks.done.map(({ phase, nth, record }) => [`${phase} ${nth}`, record]));
    this.#tally = new Tally(options);
  }

  async measure(): Promise<FlakyMeasurement | NothingRun> {
    const nothing = await this.#measureRuns();
    if (nothing !== null) return { nothing };
    const byRule = this.#ruleIsDone();
    const margin = this.#options.margin ? await this.#measureMargin() : null;
    const classification = this.#options.classify ? await this.#classify() : null;
    const targets = [...this.#tally.targets()];
    return {
      rule: resultRule(this.#options),
      runs: this.#records.map(runOf),
      targets,
      clusters: [...findClusters(targets, this.#records.length)],
      findings: [...findFindings(this.#records, targets, this.#options)],
      margin,
      classification,
      verdict: worst(targets),
      ended: this.#cutShort ?? (byRule ? "rule" : "max-runs"),
    };
  }

  /** Null when there is something to judge. */
  async #measureRuns(): Promise<string | null> {
    const { shuffle, seed } = this.#options;
    while (!this.#ruleIsDone() && this.#tally.runs < mostRuns(this.#options)) {
      const nth = this.#tally.runs + 1;
      const variation = plainRun(String(nth), shuffle ? seed + nth - 1 : null);
      const record = await this.#run("runs", nth, variation);
      if (record === null) break;
      const nothing = nth === 1 ? whyNothing(record) : null;
      if (nothing !== null) return nothing;
      this.#records.push(record);
      this.#tally.add(record);
    }
    if (this.#tally.runs > 0) return null;
    return `${this.#cutShort === "budget" ? "--budget ended" : "interrupted"} before the first run had ended`;
  }

  #ruleIsDone(): boolean {
    const { rule } = this.#options;
    return rule.kind === "fixed" ? this.#tally.runs >= rule.runs : this.#tally.decided;
  }

  async #measureMargin(): Promise<FlakyMeasurement["margin"]> {
    const unmeasured = (note: string) => ({ steps: [], passesAt: null, failsAt: null, note });
    if (process.platform === "win32") {
      return unmeasured("not measured: slowing a process down needs the signals of a POSIX system");
    }
    const targets = this.#tally.targets().filter(({ runs }) => runs > 0);
    const fragile = targets.filter(({ failures, retried }) => failures + retried > 0);
    if (fragile.length === targets.length) {
      return unmeasured("not measured: nothing passes in every run at full speed");
    }
    let nth = 0;
    const run = (slowdown: number): Promise<RunRecord | null> => {
      nth += 1;
      const plain = plainRun(`margin-${nth}`, this.#options.shuffle ? this.#options.seed : null);
      return this.#run("margin", nth, { ...plain, slowdown });
    };
    const margin = await measureMargin(run, new Set(fragile.map(({ name }) => name)));
    return margin ?? unmeasured("not measured: the campaign was ended before");
  }

  #classify(): Promise<FlakyMeasurement["classification"]> {
    const options = this.#options;
    const { arms, unavailable } = armsFor(options, readMachine(availableParallelism()));
    return classify(
      (arm, nth) => {
        const phase = arm?.name ?? "baseline";
        const label = `${phase.replaceAll(" ", "-")}-${nth}`;
        const plain = baselineRun(options, label, nth);
        return this.#run(phase, nth, arm === null ? plain : arm.apply(plain, nth));
      },
      { arms, unavailable, armRuns: options.armRuns, rule: options },
    );
  }

  /** One run, or the record of one that an earlier command has done; null when the campaign is to end. */
  async #run(phase: string, nth: number, variation: Variation): Promise<RunRecord | null> {
    const done = this.#done.get(`${phase} ${nth}`);
    if (done !== undefined) return done;
    const { signal, timeIsUp, onProgress, onRun, folder } = this.#hooks;
    if (signal.aborted || timeIsUp()) return this.#endEarly();
    onProgress({ phase, run: nth, of: this.#mostRunsOf(phase), ...this.#tally.progress });
    const place = { folder, scratch: this.#scratch };
    const record = await runOnce(this.#options, variation, place, signal);
    if (record === null) return this.#endEarly();
    refuseMisuse(record, this.#options);
    onRun({ phase, nth, record });
    return record;
  }

  #endEarly(): null {
    this.#cutShort ??= this.#hooks.signal.aborted ? "interrupted" : "budget";
    return null;
  }

  #mostRunsOf(phase: string): number | null {
    if (phase === "runs") return mostRuns(this.#options);
    return phase === "margin" ? null : this.#options.armRuns;
  }
}

/** Throws an `InputError` with the command's own words when it says that it was called wrongly. */
function refuseMisuse({ exitCode, output }: RunRecord, { usageExitCode }: FlakyOptions): void {
  if (exitCode === null || exitCode !== usageExitCode) return;
  throw new InputError((output ?? "").replace(/^bench: /, ""));
}

function mostRuns({ rule }: FlakyOptions): number {
  return rule.kind === "fixed" ? rule.runs : rule.maxRuns;
}

/** Why there is nothing to judge after the first run; null: there is. */
function whyNothing(record: RunRecord): string | null {
  const { tests, reportProblem } = record;
  if (reportProblem !== null && !commandFailed(record)) {
    throw new InputError(
      `The command passed, but its report cannot be read: ${reportProblem} (--report names the file).`,
    );
  }
  if (tests === null) return null;
  const executed = tests.some(({ kind, status }) =>
    kind === "file" ? status === "failed" : status !== "skipped",
  );
  if (executed) return null;
  return tests.some(({ kind }) => kind === "test")
    ? "the report names only skipped tests"
    : "the report names no test";
}

function resultRule({ rule, plan }: FlakyOptions): FlakyResult["rule"] {
  return rule.kind === "fixed" ? rule : { ...rule, straightPasses: passesToAccept(plan) };
}

function runOf(record: RunRecord, index: number): FlakyResult["runs"][number] {
  const { seed, exitCode, signal, timedOut, durationMs, tests } = record;
  const retried = tests?.some(({ status }) => status === "retried") === true;
  const passed = retried ? "retried" : "passed";
  const outcome = commandFailed(record) ? "failed" : passed;
  return {
    run: index + 1,
    seed,
    outcome: timedOut ? "timed-out" : outcome,
    exitCode,
    signal,
    durationMs,
  };
}

/** What was never executed (skipped in every run) says nothing. */
function worst(targets: readonly FlakyTarget[]): FlakyVerdict {
  const verdicts = targets.filter(({ runs }) => runs > 0).map(({ verdict }) => verdict);
  return verdicts.sort(bySeverity)[0] ?? "inconclusive";
}
