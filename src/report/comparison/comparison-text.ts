/** A comparison for the terminal: the verdict first, then a table, then what to know beside it. */
import Table from "cli-table3";
import type { Colors } from "picocolors/types.js";
import type { Comparison, ComparisonVerdict } from "../../results/comparison.ts";
import { slowdownText } from "../../results/phrases.ts";
import { printable } from "../printable.ts";
import { configuredLines } from "../summary-text.ts";
import { COLUMNS, comparisonRows } from "./comparison-rows.ts";

const GAP_CHARS = 2;

/** Verdicts in words. */
export const VERDICT_TEXT: Readonly<Record<ComparisonVerdict, string>> = {
  pass: "pass",
  regression: "regression",
  inconclusive: "inconclusive",
  "threshold-missed": "threshold missed",
  "invariant-violated": "wrong answer",
  "nothing-comparable": "nothing comparable",
  interrupted: "interrupted",
};

/** What a comparison of two sessions cannot know. */
export const SESSION_NOTES: Readonly<Record<Comparison["mode"], string>> = {
  paired: "",
  saved:
    "Two sessions: a change of the machine between them looks like a change of the code. For a verdict, use --base.",
  baseline:
    "Against a file of another session: the kernel's ratios take the machine's speed out, not its mood. For a verdict, use --base.",
};

/** Everything a reader needs; ends with a newline. `all` shows the metrics that decide nothing too. */
export function renderComparison(
  comparison: Comparison,
  { colors, all }: { readonly colors: Colors; readonly all: boolean },
): string {
  const { verdict, reasons, notes, mode } = comparison;
  const paint =
    verdict === "pass" ? colors.green : verdict === "inconclusive" ? colors.yellow : colors.red;
  const [first = "", ...others] = reasons.map(printable);
  const lines = [
    `${colors.bold(paint(VERDICT_TEXT[verdict]))}: ${first}`,
    ...others.map((reason) => `  ${reason}`),
    "",
    ...tableOf(comparison, colors, all),
    ...[...notes, ...configuredNotes(comparison)].map((note) => `! ${printable(note)}`),
    ...(SESSION_NOTES[mode] === "" ? [] : [`! ${SESSION_NOTES[mode]}`]),
    ...factsOf(comparison),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

/** What a configuration file changed on both sides; nothing where there was none. */
export function configuredNotes({ configured }: Comparison): readonly string[] {
  return configuredLines(configured).map(({ text }) => `Configured on both sides: ${text}.`);
}

function tableOf(comparison: Comparison, colors: Colors, all: boolean): readonly string[] {
  const every = comparisonRows(comparison);
  const rows = all ? every : every.filter(({ role }) => role !== "reported");
  if (rows.length === 0) return [];
  const table = new Table({
    head: COLUMNS.map((heading) => colors.bold(heading)),
    colAligns: COLUMNS.map((_, i) => (i < 2 || i === 7 ? "left" : "right")),
    chars: Object.fromEntries(RULES.map((rule) => [rule, ""])),
    style: { head: [], border: [], "padding-left": 0, "padding-right": GAP_CHARS },
  });
  let before = "";
  for (const { cell, metric, verdict, texts } of rows) {
    const paint = verdict === "regression" ? colors.red : (text: string): string => text;
    table.push([cell === before ? "" : cell, metric, ...texts].map(paint));
    before = cell;
  }
  const hidden = every.length - rows.length;
  const more = hidden === 0 ? [] : [`${hidden} more metrics are reported with --all`];
  return [...table.toString().split("\n"), ...more.map(colors.dim), ""];
}

const RULES = [
  "top",
  "top-mid",
  "top-left",
  "top-right",
  "bottom",
  "bottom-mid",
  "bottom-left",
  "bottom-right",
  "left",
  "left-mid",
  "mid",
  "mid-mid",
  "right",
  "right-mid",
  "middle",
] as const;

function factsOf(comparison: Comparison): readonly string[] {
  const { base, head, margins, environment, seed, id } = comparison;
  return [
    `Base:    ${sideText(base)}`,
    `Head:    ${sideText(head)}`,
    `Margins: up to ${slowdownText(margins.toleratedRatio)} is tolerated, ${slowdownText(margins.fatalRatio)} must not pass; + is worse`,
    `Machine: ${printable(environment.cpu)}, ${environment.cores} cores, ${environment.platform}, node ${environment.node}, duckdb ${environment.duckdb}`,
    `Session: ${id}, seed ${seed}`,
  ];
}

/** `main (1a2b3c4)` */
export function sideText({ name, commit, dirty }: Comparison["base"]): string {
  if (commit === null) return printable(name);
  const changes = dirty ? ", uncommitted changes" : "";
  return `${printable(name)} (${commit.slice(0, 7)}${changes})`;
}
