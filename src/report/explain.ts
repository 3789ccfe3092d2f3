/** The verdict on a run in plain words: what was asked, the answer, how sure it is, what spoils it, what to do next. */

import { shellText } from "../lib/shell-text.ts";
import type { Finding } from "../results/finding.ts";
import { cellName, varyingParameters } from "../results/phrases.ts";
import type { Result, Verdict } from "../results/result.ts";
import { findingLines } from "./findings-text.ts";
import { formatCount, formatRatio } from "./format-number.ts";
import { printable } from "./printable.ts";
import { type ScenarioView, scenarioViews } from "./scenario-view.ts";
import { configuredLines, scenarioLines, summaryLines } from "./summary-text.ts";

/** The parts of an explanation, each a list of sentences. */
export interface Explanation {
  readonly run: string;
  readonly verdict: Verdict;
  readonly asked: readonly string[];
  readonly answer: readonly string[];
  readonly sure: readonly string[];
  /** What makes a number doubtful or absent. */
  readonly beware: readonly string[];
  readonly next: readonly string[];
}

/** What each verdict means, and the exit code that `bench run` ended with. */
const VERDICTS: Readonly<Record<Verdict, string>> = {
  ok: "All that was measured was right, and no threshold was missed (exit 0).",
  "threshold-missed": "The answers were right, but a threshold was missed (exit 4).",
  "invariant-violated":
    "A trial left wrong rows: no speed counts until that is explained (exit 6).",
  interrupted: "It was interrupted: what it had measured by then stands (exit 130).",
  "nothing-measured": "No cell was measured to its end, so there is no answer (exit 7).",
};

/** Sentences of one part; a sweep over fifty sizes is told by its first. */
const MOST_SENTENCES = 8;

/** A run of trials that gives every cell an interval, with some to spare. */
const TRIALS_FOR_INTERVAL = 8;

/** Explains a result. Pure: the same result, the same words. */
export function explain(result: Result): Explanation {
  const views = scenarioViews(result);
  const lines = findingLines(result);
  const beware = lines.filter(({ serious, kind }) => serious || kind === "censored");
  const asked = (result.scenarios ?? []).map(({ name, question }) => `${name}: ${question}`);
  return {
    run: result.id,
    verdict: result.verdict,
    asked: [`${shellText(result.command)}`, ...asked].map(printable),
    answer: [VERDICTS[result.verdict], ...views.flatMap((view) => answers(result, view))],
    sure: [...views.flatMap((view) => certainty(result, view)), checkedLine(result)],
    beware: shortList([
      ...beware.map(({ kind, text }) => `${kind}: ${text}`),
      ...configuredLines(result.configured).map(({ text }) => `configured: ${text}`),
    ]),
    next: nextSteps(
      result,
      beware.map(({ advice }) => advice),
    ),
  };
}

/** The summary's sentences, and the findings that answer more than the fastest cell does. */
function answers(result: Result, view: ScenarioView): readonly string[] {
  const told = scenarioLines(view).map(({ label, text }) => `${label}: ${text}.`);
  const more = result.findings
    .filter(({ scenario, kind }) => scenario === view.scenario && ANSWERS.has(kind))
    .map(({ evidence }) => `${view.scenario}: ${evidence}.`);
  return shortList([...told, ...more].map(printable));
}

const ANSWERS: ReadonlySet<Finding["kind"]> = new Set(["max-rate", "saturation", "scaling"]);

/** How far the winner of each work can be trusted to be the winner. */
function certainty(result: Result, view: ScenarioView): readonly string[] {
  const winners = result.findings.filter(
    ({ kind, scenario }) => kind === "winner" && scenario === view.scenario,
  );
  const cells = result.cells.filter(({ scenario }) => scenario === view.scenario);
  const names = varyingParameters(cells);
  if (winners.length === 0) {
    const only = view.groups.flatMap(({ rows }) => rows).filter(({ value }) => value !== undefined);
    const sure = only.some(({ value }) => value?.ciLow !== null);
    if (only.length === 0) return [];
    return [
      sure
        ? `${view.scenario}: the intervals hold the true median with 95 % confidence; there was nothing to compare.`
        : `${view.scenario}: one figure without an interval; read it as an order of magnitude.`,
    ].map(printable);
  }
  return shortList(
    winners.map((winner) => {
      const name = cellName({ parameters: winner.cell ?? {} }, names);
      return printable(`${view.scenario}, ${name}: ${sureOf(winner)}`);
    }),
  );
}

function sureOf({ values = {} }: Finding): string {
  const { rivals = 0, leadRatioLow, leadRatioHigh, leadRatio = 1 } = values;
  if (rivals > 0) {
    const others = rivals === 1 ? "one other cell" : `${formatCount(rivals)} other cells`;
    return `not sure. It cannot be told apart from ${others}.`;
  }
  if (leadRatioLow === undefined || leadRatioHigh === undefined) {
    return `likely. It led the next ${formatRatio(leadRatio)}, with too few trials to say how sure that is.`;
  }
  return `sure. It led the next ${formatRatio(leadRatio)}, and with 95 % confidence between ${formatRatio(leadRatioLow)} and ${formatRatio(leadRatioHigh)}.`;
}

function checkedLine(result: Result): string {
  const text = summaryLines(result).find(({ label }) => label === "Checked")?.text ?? "";
  return `Checked: ${text}.`;
}

/** Advice of what spoils numbers first, then of what is missing for surer ones. */
function nextSteps(result: Result, urgent: readonly string[]): readonly string[] {
  const { findings, verdict, command, id } = result;
  const few = findings.some(({ kind }) => kind === "too-few-trials");
  const winner = findings.filter(({ kind }) => kind === "winner").map(({ advice }) => advice);
  return shortList(
    [
      ...(verdict === "interrupted" ? [`go on where it stopped: bench run --resume ${id}`] : []),
      ...urgent,
      ...winner,
      ...(few ? [`for intervals: ${shellText(withTrials(command))}`] : []),
      `for the whole picture: bench report ${id} --format html`,
    ].map((step) => printable(step)),
  );
}

/** The command again, with enough trials for intervals, and without what belongs to the old run. */
function withTrials(command: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let place = 0; place < command.length; place++) {
    const [flag = "", value] = (command[place] ?? "").split("=", 2);
    if (!["--trials", "--budget", "--out", "--resume", "--format"].includes(flag)) {
      kept.push(command[place] ?? "");
    } else if (value === undefined) place++;
  }
  return [...kept, "--trials", String(TRIALS_FOR_INTERVAL)];
}

/** Each sentence once, and no more of them than somebody reads. */
function shortList(sentences: readonly string[]): readonly string[] {
  const distinct = [...new Set(sentences)].filter((sentence) => sentence !== "");
  const more = distinct.length - MOST_SENTENCES;
  return more <= 0
    ? distinct
    : [...distinct.slice(0, MOST_SENTENCES), `… and ${more} more: see bench report`];
}
