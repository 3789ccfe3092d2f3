/** A stress campaign as text: what ran, what came up, and the proof of each broken promise. */
import type { StressResult } from "../../results/stress-result.ts";
import { formatCount, formatPercent } from "../format-number.ts";
import { printable } from "../printable.ts";

type Measured = Pick<
  StressResult,
  "server" | "runs" | "events" | "cuts" | "situations" | "findings" | "harnessErrors" | "upperBound"
>;

/** Text that ends with a newline; with a finding, its last line is the command that runs its seed again. */
export function renderStress(measured: Measured, store: string | undefined): string {
  const { server, runs, events, cuts, situations, findings, harnessErrors, upperBound } = measured;
  const cut = store === undefined ? "" : `, ${formatCount(cuts)} connections cut`;
  const met = Object.entries(situations).sort((a, b) => b[1] - a[1]);
  const lines = [
    `Stress on ${server}, in real time: ${formatCount(runs)} runs, ${formatCount(events)} events${cut}.`,
    "A seed fixes the case and its waits, not the order: a finding may need several runs to come again.",
    `Met, in runs: ${met.map(([name, count]) => `${name} ${formatCount(count)}`).join(" · ")}`,
    ...harnessErrors.map(({ seed, message }) => `Not run: seed ${seed}: ${printable(message)}`),
  ];
  if (upperBound !== null)
    lines.push(
      `No promise was broken: below ${formatPercent(upperBound)} of such runs break one, with 95 % confidence.`,
    );
  for (const { id, scenario, seed, place, message, timeline } of findings) {
    lines.push("", `${id} in ${scenario}, seed ${seed} (${place}): ${printable(message)}`);
    lines.push(...timeline.map((line) => `  ${printable(line)}`));
    const form = store === undefined ? "--level L2" : `--store ${printable(store)}`;
    lines.push(`bench races ${form} --scenario ${scenario} --seed ${seed} --seeds 1`);
  }
  return `${lines.join("\n")}\n`;
}
