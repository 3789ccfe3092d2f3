/** Scenarios for people who choose one: in short the questions, in full everything that can be set. */
import picocolors from "picocolors";
import type { Colors } from "picocolors/types.js";
import { METRICS, metricOf } from "../results/metric.ts";
import type { ParameterValue } from "../results/result.ts";
import { parameterText } from "./parameters.ts";
import { printable } from "./printable.ts";
import { wrapped } from "./wrap.ts";

/** A parameter of a scenario. */
export interface ParameterEntry {
  readonly name: string;
  readonly flag: string;
  readonly help: string;
  readonly unit: string | null;
  /** The possible values in words. */
  readonly takes: string;
  /** Its values in the cells that run without flags. */
  readonly defaults: readonly ParameterValue[];
  /** Its values in the tests. */
  readonly smoke: readonly ParameterValue[];
}

/** A scenario. */
export interface ScenarioEntry {
  readonly name: string;
  readonly question: string;
  readonly workload: string;
  /** Cells that run without flags. */
  readonly defaultCells: number;
  readonly parameters: readonly ParameterEntry[];
  readonly metrics: readonly string[];
  readonly thresholds: readonly string[];
  readonly checks: readonly string[];
}

/** How to render the list. */
export interface ListOptions {
  /** Everything of each scenario, or its question and flags only. */
  readonly full: boolean;
  readonly colored: boolean;
  readonly widthChars?: number;
}

/** The scenarios as text that ends with a newline. */
export function renderScenarioList(
  scenarios: readonly ScenarioEntry[],
  { full, colored, widthChars }: ListOptions,
): string {
  const colors = picocolors.createColors(colored);
  if (full) return scenarios.map((one) => inFull(one, colors, widthChars)).join("\n");
  const nameChars = Math.max(0, ...scenarios.map(({ name }) => name.length)) + 2;
  const lines = scenarios.map(({ name, question, parameters }) => {
    const flags = parameters.map(({ flag }) => flag).join(" ");
    const indent = " ".repeat(nameChars);
    return [
      `${colors.bold(name.padEnd(nameChars))}${wrapped(printable(question), widthChars, nameChars)}`,
      `${indent}${colors.dim(wrapped(flags, widthChars, nameChars))}`,
    ].join("\n");
  });
  return `${lines.join("\n")}\n\n${colors.dim("bench list <scenario> tells all of one; bench run <scenario> measures it")}\n`;
}

function inFull(scenario: ScenarioEntry, colors: Colors, widthChars: number | undefined): string {
  const { name, question, defaultCells, parameters, metrics, thresholds, checks } = scenario;
  const flagChars = Math.max(0, ...parameters.map(({ flag }) => flag.length)) + 4;
  const metricChars = Math.max(0, ...metrics.map((metric) => metric.length)) + 4;
  const entry = (label: string, chars: number, texts: readonly string[]): string[] =>
    texts.map((text, line) => {
      const start = line === 0 ? colors.bold(`  ${label}`.padEnd(chars)) : " ".repeat(chars);
      return `${start}${wrapped(text, widthChars, chars)}`;
    });
  return [
    `${colors.bold(name)}  ${wrapped(printable(question), widthChars, name.length + 2)}`,
    "",
    `Parameters (${defaultCells} ${defaultCells === 1 ? "cell" : "cells"} without flags):`,
    ...parameters.flatMap((parameter) =>
      entry(parameter.flag, flagChars, parameterLines(parameter)),
    ),
    "",
    "Metrics, the most important first:",
    ...metrics.flatMap((metric) => entry(metric, metricChars, [metricLine(metric)])),
    "",
    `Checked of every trial: ${checks.join(", ")}`,
    ...thresholds.map((threshold) => `Threshold (exit 4): ${printable(threshold)}`),
    "",
  ].join("\n");
}

function parameterLines({ name, help, unit, takes, defaults }: ParameterEntry): readonly string[] {
  const sorted = [...defaults].sort((a, b) => Number(a) - Number(b));
  const values = sorted.map((value) => parameterText(name, value)).join(" / ");
  const measured = unit === null ? "" : ` (${unit})`;
  return [`${printable(help)}; default ${values || "none"}`, `takes ${takes}${measured}`];
}

function metricLine(name: string): string {
  const { unit, better, help } = metricOf(name);
  const known = Object.hasOwn(METRICS, name);
  const direction = better === "none" ? "" : `, ${better === "higher" ? "more" : "less"} is better`;
  return known ? `${help} (${unit}${direction})` : "of your own";
}
