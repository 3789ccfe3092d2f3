/** A comparison as JUnit XML: one test case for each metric that decides, one for the comparison itself. */
import type { Comparison } from "../../results/comparison.ts";
import { printable } from "../printable.ts";
import { COLUMNS, type ComparisonRow, comparisonRows } from "./comparison-rows.ts";
import { VERDICT_TEXT } from "./comparison-text.ts";

/** See the file's head. `warnOnly` when the policy lets an inconclusive run pass: it is skipped then. */
export function comparisonJunit(comparison: Comparison, warnOnly: boolean): string {
  const { id, startedAt, finishedAt, verdict, reasons } = comparison;
  const rows = comparisonRows(comparison).filter(({ role }) => role !== "reported");
  const cases = [
    testCase("bench gate", "verdict", outcomeOf(verdict, warnOnly), [
      `${VERDICT_TEXT[verdict]}: ${reasons.join("; ")}`,
    ]),
    ...rows.map((row) => metricCase(row, warnOnly)),
  ];
  const failures = cases.filter(({ outcome }) => outcome === "failure").length;
  const skipped = cases.filter(({ outcome }) => outcome === "skipped").length;
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="bench gate" ${counts} time="${seconds}">`,
    `  <testsuite name="${attribute(id)}" ${counts} time="${seconds}" timestamp="${startedAt}">`,
    ...cases.map(({ xml }) => xml),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

type Outcome = "passed" | "failure" | "skipped";

function outcomeOf(verdict: string, warnOnly: boolean): Outcome {
  if (verdict === "pass") return "passed";
  return (verdict === "inconclusive" || verdict === "undecided") && warnOnly
    ? "skipped"
    : "failure";
}

function metricCase(row: ComparisonRow, warnOnly: boolean): ReturnType<typeof testCase> {
  const lines = row.texts.map((text, i) => `${COLUMNS[i + 2]}: ${text}`);
  return testCase(row.cell, row.metric, outcomeOf(row.verdict, warnOnly), lines);
}

function testCase(
  className: string,
  name: string,
  outcome: Outcome,
  lines: readonly string[],
): { outcome: Outcome; xml: string } {
  const open = `    <testcase classname="${attribute(className)}" name="${attribute(name)}"`;
  const text = lines.filter((line) => !line.endsWith(": ")).join("; ");
  if (outcome === "passed") return { outcome, xml: `${open}/>` };
  const inner = `<${outcome} message="${attribute(text)}"/>`;
  return { outcome, xml: `${open}>${inner}</testcase>` };
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function attribute(text: string): string {
  return printable(text).replaceAll(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
