/** Counts, run after run, what the command, its files and its tests did. */
import type { FlakyTarget } from "../../results/flaky-result.ts";
import { exactLowerBound, exactUpperBound, wilsonInterval } from "../../stats/intervals.ts";
import type { FlakinessPlan } from "../../stats/sprt.ts";
import { median } from "../../stats/summary.ts";
import { FEWEST_RUNS, type RunRule } from "./options.ts";
import { commandFailed, type RunRecord, type TestOutcome, type TestStatus } from "./outcome.ts";
import {
  type EventCounts,
  fixedAnswer,
  type RuleAnswer,
  sequentialAnswer,
  verdictOf,
} from "./verdict.ts";

/** The name of the command among the targets; no test runner names a test so. */
export const WHOLE_COMMAND = "the whole command";

/** A pass that took more than this share of its limit is a near miss. */
const NEAR_MISS_SHARE = 0.8;

/** What the counts are judged by. */
export interface TallyRule {
  readonly rule: RunRule;
  readonly plan: FlakinessPlan;
  readonly testLimitMs: number | null;
}

interface Counts {
  readonly kind: FlakyTarget["kind"];
  runs: number;
  skipped: number;
  readonly failedRuns: number[];
  readonly retriedRuns: number[];
  readonly timesMs: number[];
  nearMisses: number;
  answer: (RuleAnswer & { readonly atRun: number }) | null;
  firstFailure: FlakyTarget["firstFailure"];
}

/** See the file's head. */
export class Tally {
  readonly #targets = new Map<string, Counts>();
  readonly #rule: TallyRule;
  #runs = 0;
  #runsWithReport = 0;
  /** Runs in which the command failed, and no test says why. */
  #alone = 0;

  constructor(rule: TallyRule) {
    this.#rule = rule;
  }

  /** Runs counted so far. */
  get runs(): number {
    return this.#runs;
  }

  /** Counts one run; runs come in order, numbered from 1. */
  add(record: RunRecord): void {
    this.#runs += 1;
    const tests = record.tests ?? [];
    if (record.tests !== null) this.#runsWithReport += 1;
    if (failedTargets(record).includes(WHOLE_COMMAND)) this.#alone += 1;
    this.#count("command", WHOLE_COMMAND, record, {
      status: statusOf(record),
      durationMs: record.durationMs,
      message: record.timedOut ? "the run took longer than its limit" : record.output,
    });
    for (const test of tests) this.#count(test.kind, test.name, record, test);
  }

  /** Whether a sequential rule has its answer for every target, and failures have had time to be something else. */
  get decided(): boolean {
    return (
      this.#runs > 0 &&
      [...this.#targets.values()].every(
        ({ answer, runs, failedRuns }) =>
          runs === 0 || (answer !== null && (failedRuns.length < runs || runs >= FEWEST_RUNS)),
      )
    );
  }

  /** How far the targets are: those with an answer, of all. */
  get progress(): { readonly decided: number; readonly targets: number } {
    const all = [...this.#targets.values()];
    return { decided: all.filter(({ answer }) => answer !== null).length, targets: all.length };
  }

  /**
   * Failed runs and executed runs of a target; zeros for one that was never seen. Of the command, those failures
   * count that no test explains.
   */
  failures(name: string): { readonly runs: number; readonly failures: number } {
    const counts = this.#targets.get(name);
    if (counts === undefined) return { runs: 0, failures: 0 };
    const failures = name === WHOLE_COMMAND ? this.#alone : eventsOf(counts);
    return { runs: counts.runs, failures };
  }

  /** The names of all targets, the command first. */
  get names(): readonly string[] {
    return [...this.#targets.keys()];
  }

  /** The result's view of all targets, the command first. */
  targets(): readonly FlakyTarget[] {
    return [...this.#targets].map(([name, counts]) => this.#target(name, counts));
  }

  #count(
    kind: FlakyTarget["kind"],
    name: string,
    record: RunRecord,
    outcome: Pick<TestOutcome, "status" | "durationMs" | "message">,
  ): void {
    let counts = this.#targets.get(name);
    if (counts === undefined) {
      counts = newCounts(kind);
      this.#targets.set(name, counts);
    }
    const { status, durationMs, message } = outcome;
    if (status === "skipped") {
      counts.skipped += 1;
      return;
    }
    counts.runs += 1;
    if (durationMs !== null) counts.timesMs.push(durationMs);
    if (status === "passed") this.#countNearMiss(counts, durationMs);
    else {
      (status === "failed" ? counts.failedRuns : counts.retriedRuns).push(this.#runs);
      counts.firstFailure ??= { run: this.#runs, seed: record.seed, message: message ?? "" };
    }
    if (this.#rule.rule.kind === "sequential" && counts.answer === null) {
      const answer = sequentialAnswer(eventCounts(counts), this.#rule.plan);
      counts.answer = answer === null ? null : { ...answer, atRun: this.#runs };
    }
  }

  #countNearMiss(counts: Counts, durationMs: number | null): void {
    const { testLimitMs } = this.#rule;
    if (counts.kind !== "test" || testLimitMs === null || durationMs === null) return;
    if (durationMs > NEAR_MISS_SHARE * testLimitMs) counts.nearMisses += 1;
  }

  #target(name: string, counts: Counts): FlakyTarget {
    const { kind, runs, skipped, failedRuns, retriedRuns, timesMs } = counts;
    const { rule, plan, testLimitMs } = this.#rule;
    const fixed = rule.kind === "fixed";
    const events = eventsOf(counts);
    const answer = fixed
      ? fixedAnswer(eventCounts(counts), plan)
      : (counts.answer ?? { accepts: false, rejects: false });
    const reports = kind === "command" ? this.#runs : this.#runsWithReport;
    const shown = fixed && runs > 0;
    return {
      kind,
      name,
      verdict: verdictOf(eventCounts(counts), answer),
      runs,
      failures: failedRuns.length,
      retried: retriedRuns.length,
      skipped,
      missing: reports - runs - skipped,
      failedRuns,
      retriedRuns,
      interval: shown ? wilsonInterval(events, runs) : null,
      bounds: shown
        ? { low: exactLowerBound(events, runs), high: exactUpperBound(events, runs) }
        : null,
      decidedAtRun: counts.answer?.atRun ?? null,
      medianMs: timesMs.length === 0 ? null : median(timesMs),
      longestMs: timesMs.length === 0 ? null : Math.max(...timesMs),
      nearMisses: kind !== "test" || testLimitMs === null ? null : counts.nearMisses,
      firstFailure: counts.firstFailure,
    };
  }
}

function newCounts(kind: FlakyTarget["kind"]): Counts {
  return {
    kind,
    runs: 0,
    skipped: 0,
    failedRuns: [],
    retriedRuns: [],
    timesMs: [],
    nearMisses: 0,
    answer: null,
    firstFailure: null,
  };
}

function eventsOf({ failedRuns, retriedRuns }: Counts): number {
  return failedRuns.length + retriedRuns.length;
}

function eventCounts(counts: Counts): EventCounts {
  return {
    runs: counts.runs,
    failures: counts.failedRuns.length,
    events: eventsOf(counts),
  };
}

/** A command that passes because a test was tried again has not passed. */
function statusOf(record: RunRecord): TestStatus {
  if (commandFailed(record)) return "failed";
  return record.tests?.some(({ status }) => status === "retried") ? "retried" : "passed";
}

/** The tests that failed, or were retried; the command where no test says why it failed. */
export function failedTargets(record: RunRecord): readonly string[] {
  const tests = (record.tests ?? [])
    .filter(({ status }) => status === "failed" || status === "retried")
    .map(({ name }) => name);
  return tests.length === 0 && commandFailed(record) ? [WHOLE_COMMAND] : tests;
}
