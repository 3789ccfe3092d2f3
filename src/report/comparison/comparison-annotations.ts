/** A comparison as workflow commands, which GitHub shows beside a pull request. */
import type { Comparison } from "../../results/comparison.ts";
import { printable } from "../printable.ts";
import { VERDICT_TEXT } from "./comparison-text.ts";

/** One line for each reason and each note; `warnOnly` when the policy lets an inconclusive run pass. */
export function comparisonAnnotations(comparison: Comparison, warnOnly: boolean): string {
  const { verdict, reasons, notes } = comparison;
  const level = verdict === "pass" ? "notice" : warnOnly ? "warning" : "error";
  const title = `bench gate: ${VERDICT_TEXT[verdict]}`;
  return [
    ...reasons.map((reason) => command(level, title, reason)),
    ...notes.map((note) => command("warning", "bench gate", note)),
  ].join("");
}

function command(level: string, title: string, text: string): string {
  return `::${level} title=${property(title)}::${data(text)}\n`;
}

/** Text that ends no command and begins none. */
function data(text: string): string {
  return printable(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
