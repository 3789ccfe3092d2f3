/** A flakiness campaign in words: verdict, rule, what failed first, clusters, margin, causes, limits. */
import {
  CAUSE_LEVEL,
  type FlakyClassification,
  type FlakyMargin,
  type FlakyResult,
  type FlakyTarget,
  type FlakyVerdict,
} from "../../results/flaky-result.ts";
import { fisherExact } from "../../stats/fisher.ts";
import { formatCount, formatPercent, formatRatio } from "../format-number.ts";
import { printable, shortened } from "../printable.ts";
import { eventsOf, percentAtMost } from "./flaky-table.ts";

/** One line: what it is about, and the text. */
export interface FlakyLine {
  readonly label: string;
  readonly text: string;
}

const MOST_FAILURES = 5;
const MOST_CLUSTERS = 5;
const MOST_CAUSES = 10;
const MESSAGE_CHARS = 160;
const SEEDS = 5;

/** Wanted of a test's deadlines: a machine four times slower is an everyday event in CI. */
const WANTED_MARGIN = 4;

/** All lines, in the order in which a reader asks. */
export function flakyLines(result: FlakyResult): readonly FlakyLine[] {
  return [
    { label: "Verdict", text: verdictText(result) },
    { label: "Rule", text: ruleText(result) },
    ...boundLines(result),
    ...endLines(result),
    ...failureLines(result),
    ...clusterLines(result),
    ...result.findings.map(({ kind, text }) => ({
      label: "Note",
      text: `${kind}: ${printable(text)}`,
    })),
    ...(result.margin === null ? [] : marginLines(result.margin)),
    ...(result.classification === null ? [] : causeLines(result.classification)),
    ...limits(result).map((text) => ({ label: "Limits", text })),
  ];
}

const MEANING: Readonly<Record<FlakyVerdict, string>> = {
  stable: "nothing failed, and there were enough runs to say so",
  suspect: "something failed, but so rarely that an acceptable failure rate is not excluded",
  flaky: "something passes and fails with the same code",
  broken: "something fails in every run",
  inconclusive: "nothing failed, but there were too few runs to call it stable",
};

function verdictText({ verdict, targets, runs }: FlakyResult): string {
  const tests = targets.filter((target) => target.kind === "test" && target.runs > 0);
  const counted = (["broken", "flaky", "suspect", "inconclusive", "stable"] as const)
    .map((name) => ({ name, count: tests.filter((test) => test.verdict === name).length }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${formatCount(count)} ${name}`);
  const byTest = counted.length === 0 ? "" : `; tests: ${counted.join(", ")}`;
  return `${verdict} (${MEANING[verdict]}), after ${plural(runs.length, "run")}${byTest}`;
}

function ruleText({ rule, plan }: FlakyResult): string {
  const rates = `a failure rate of ${formatPercent(plan.acceptable)} is acceptable, ${formatPercent(plan.unacceptable)} is not`;
  const errors = `either is mistaken for the other in at most ${formatPercent(Math.max(plan.falseAlarm, plan.miss))} of cases`;
  if (rule.kind === "fixed") {
    const needed = Math.ceil(Math.log(plan.miss) / Math.log1p(-plan.unacceptable));
    return `${plural(rule.runs, "run")}, fixed beforehand; ${rates}; stable needs ${formatCount(needed)} runs without a failure, and flaky is what exact bounds put above the acceptable rate; ${errors}`;
  }
  return `sequential (Wald): runs end when every target has an answer, at the latest after ${formatCount(rule.maxRuns)}; ${rates}; stable after ${formatCount(rule.straightPasses)} straight passes, flaky when failures outweigh them; ${errors}. No interval is given: after such a stop it would claim too much`;
}

/** `0 failures in 299 runs: below 1 %`, of the target that was executed least. */
function boundLines({ rule, targets }: FlakyResult): readonly FlakyLine[] {
  const least = targets
    .filter((target) => target.runs > 0 && eventsOf(target) === 0 && target.bounds !== null)
    .sort((a, b) => a.runs - b.runs)[0];
  if (rule.kind !== "fixed" || least?.bounds == null) return [];
  const text = `0 failures in ${plural(least.runs, "run")}: below ${percentAtMost(least.bounds.high)}, with 95 % confidence (one-sided, Clopper–Pearson), of each target that did not fail`;
  return [{ label: "Bound", text }];
}

function endLines({ ended }: FlakyResult): readonly FlakyLine[] {
  const texts = {
    rule: null,
    "max-runs": "the most runs were done before every target had an answer",
    budget: "--budget ended the campaign before its rule did",
    interrupted: "interrupted; this is what was measured until then",
  } as const;
  const text = texts[ended];
  return text === null ? [] : [{ label: "Ended", text }];
}

function failureLines({ targets, shuffled }: FlakyResult): readonly FlakyLine[] {
  const failing = targets.filter((target) => eventsOf(target) > 0);
  // The command fails because of its tests; alone it has to speak for itself.
  const tests = failing.filter(({ kind }) => kind !== "command");
  return (tests.length > 0 ? tests : failing).slice(0, MOST_FAILURES).map((target) => {
    const { firstFailure, name } = target;
    const said = messageText(target);
    return {
      label: "Failure",
      text: `${printable(name)}, first in run ${firstFailure?.run}${seedsText(target, shuffled, firstFailure?.seed ?? null)}: ${said}`,
    };
  });
}

/** A test's message begins with what is wrong; what a command prints ends with it. */
function messageText({ kind, firstFailure }: FlakyTarget): string {
  const lines = (firstFailure?.message ?? "").split("\n").filter((line) => line.trim() !== "");
  const line = (kind === "command" ? lines.at(-1) : lines[0]) ?? "no message";
  return shortened(printable(line).trim(), MESSAGE_CHARS);
}

function seedsText(target: FlakyTarget, shuffled: boolean, first: number | null): string {
  const { run = 1 } = target.firstFailure ?? {};
  if (!shuffled || first === null) return "";
  const seeds = [...target.failedRuns, ...target.retriedRuns]
    .sort((a, b) => a - b)
    .slice(0, SEEDS)
    .map((failed) => first + failed - run);
  const more = eventsOf(target) > SEEDS ? " …" : "";
  return ` (${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}${more}; again with --shuffle --runs 1 --seed ${first})`;
}

function clusterLines({ clusters }: FlakyResult): readonly FlakyLine[] {
  return clusters.slice(0, MOST_CLUSTERS).map(({ names, together, any, pValue }) => ({
    label: "Together",
    text: `${names.map(printable).join(" + ")} failed together in ${together} of the ${plural(any, "run")} in which one did (${pText(pValue)}): look for one cause`,
  }));
}

function marginLines({ steps, passesAt, failsAt, note }: FlakyMargin): readonly FlakyLine[] {
  const parts: string[] = [];
  if (passesAt !== null) {
    const flipped = steps.find(({ measured }) => measured === failsAt)?.flipped ?? [];
    const what = flipped.slice(0, 3).map(printable).join(", ");
    const enough = failsAt === null || passesAt >= WANTED_MARGIN;
    parts.push(
      failsAt === null
        ? `no pass flipped up to ${formatRatio(passesAt)} slower`
        : `passes up to ${formatRatio(passesAt)} slower, fails from ${formatRatio(failsAt)} on (${what})`,
      enough ? "" : `below the ${WANTED_MARGIN}x that a busy CI machine asks for`,
    );
  }
  const text = [...parts, note].filter((part) => part !== "").join("; ");
  return [{ label: "Margin", text }];
}

function causeLines({ targets, unavailable }: FlakyClassification): readonly FlakyLine[] {
  const lines = targets.slice(0, MOST_CAUSES).map(({ name, baseline, arms, causes }) => {
    const rate = ({ failures, runs }: { failures: number; runs: number }): string =>
      `${failures} of ${runs}`;
    const found = causes.map(({ cause, arm, effect }) => {
      const counts = arms.find((one) => one.arm === arm);
      if (counts === undefined) return cause;
      return `${cause}: fails ${effect} under "${arm}", ${rate(counts)} against ${rate(baseline)} (${pText(counts.pValue)})`;
    });
    const others = arms.map((counts) => `${counts.arm} ${counts.failures}/${counts.runs}`);
    const none = `no cause found: ${rate(baseline)} as it is; ${others.join(", ")}${sensitivityText(baseline.runs, targets.length * arms.length)}`;
    return {
      label: "Cause",
      text: `${printable(name)}: ${found.length === 0 ? none : found.join("; ")}`,
    };
  });
  const left = unavailable.map(({ arm, cause, why }) => `${cause} (${arm}): ${why}`);
  return [...lines, ...(left.length === 0 ? [] : [{ label: "Not tried", text: left.join("; ") }])];
}

/** What change so many runs could have shown at all, where nothing fails in the baseline. */
function sensitivityText(runs: number, comparisons: number): string {
  for (let failures = 1; failures <= runs; failures++) {
    const { twoSided } = fisherExact({ failures: 0, runs }, { failures, runs });
    if (twoSided * comparisons <= CAUSE_LEVEL) {
      return ` (with ${plural(runs, "run")} of each, 0 against ${failures} is the least that would show)`;
    }
  }
  return ` (${plural(runs, "run")} of each can show nothing: raise --arm-runs)`;
}

/** What the campaign cannot tell. */
function limits({
  shuffled,
  margin,
  classification,
  plan,
  targets,
}: FlakyResult): readonly string[] {
  const tests = targets.filter(({ kind, runs }) => kind === "test" && runs > 0).length;
  return [
    "a clean record bounds how often it fails on this machine and under its load today; it proves nothing about rarer failures or other machines",
    "runs are taken to be independent, and of the same code: edit nothing meanwhile; what one run leaves behind for the next (files, ports, databases) breaks that, and can look like chance",
    tests < 2
      ? ""
      : `each test is judged by itself: of 100 that fail at exactly the acceptable rate, up to ${formatCount(100 * plan.falseAlarm)} may be called flaky`,
    shuffled ? "" : "tests ran in whatever order the command chose; --shuffle varies it",
    margin === null || margin.steps.length === 0
      ? ""
      : "the slow-down stops and continues the command's processes, as a CPU quota does: disk, network and processes in other groups kept their speed; a step is a few runs, so a rare flip goes unseen",
    classification === null
      ? ""
      : "an arm tells what the failure rate depends on, not the line at fault; the current folder and databases are the same in every arm",
  ].filter((text) => text !== "");
}

function pText(pValue: number): string {
  return pValue < 0.001 ? "p < 0.001" : `p = ${pValue.toPrecision(2)}`;
}

function plural(count: number, word: string): string {
  return `${formatCount(count)} ${word}${count === 1 ? "" : "s"}`;
}
