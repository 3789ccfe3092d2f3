/** A stress campaign as text: what ran, what came up, and the proof of each broken promise. */
import type { StressLift, StressResult } from "../../results/stress-result.ts";
import { formatCount, formatPercent } from "../format-number.ts";
import { printable } from "../printable.ts";
import { renderViolation } from "./render-violation.ts";

type Measured = Pick<
  StressResult,
  | "server"
  | "runs"
  | "events"
  | "cuts"
  | "situations"
  | "findings"
  | "lifts"
  | "harnessErrors"
  | "upperBound"
>;

/**
 * Text that ends with a newline; with a finding, its last line is the command that replays the schedule to which it was
 * lifted, or where there is none, the one that runs its seed again.
 */
export function renderStress(measured: Measured, store: string | undefined): string {
  const { server, runs, events, cuts, situations } = measured;
  const { findings, lifts, harnessErrors, upperBound } = measured;
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
    const again = `bench races ${form} --scenario ${scenario} --seed ${seed} --seeds 1`;
    lines.push(
      ...lifts.filter((lift) => lift.seed === seed && lift.id === id).map(liftText),
      again,
    );
  }
  const proofs = lifts.map(({ violation }) => violation).filter((one) => one !== null);
  return `${lines.join("\n")}\n${proofs.map((one) => `\n${renderViolation(one)}`).join("")}`;
}

function liftText({ tries, seconds, steps, followed, violation }: StressLift): string {
  const spent = `${tries} ${tries === 1 ? "try" : "tries"} (${seconds.toFixed(1)} s)`;
  if (violation === null) return `  seen in real time only; not lifted in ${spent}`;
  return `  lifted into a schedule in ${spent}, which took ${followed} of ${steps} recorded steps`;
}
