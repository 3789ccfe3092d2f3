/** Everything that a reader should know of a run's cells before trusting a number, the worst first. */
import { countText, measureText, plural } from "./evidence-text.ts";
import type { Finding } from "./finding.ts";
import { mainMetricOf } from "./main-metric.ts";
import type { MetricName } from "./metric.ts";
import type { Cell, Trial } from "./result.ts";
import { cellTrialFindings, driftFindings } from "./trial-findings.ts";
import { winnerFindings } from "./winner.ts";

/** Trials that the 95 % interval of a median needs. */
const FEWEST_FOR_INTERVAL = 6;

/**
 * CPU pressure, in percent of the trial's time, above which the machine is called noisy. A trial's own
 * threads wait for each other too, so the limit lies well above what a quiet machine shows.
 */
const MOST_CPU_PRESSURE_PCT = 50;

/** CPU time that went to the hypervisor's other guests, in percent of one core. */
const MOST_STEAL_PCT = 5;

/**
 * The findings of a run: failed, cut and skipped cells, a noisy host, drift, slow first trials,
 * outliers, too few trials, and the winner of each work. Pure: the same cells, the same findings.
 */
export function findingsOf(cells: readonly Cell[]): Finding[] {
  const scenarios = [...Map.groupBy(cells, (cell) => cell.scenario)].map(([scenario, members]) => ({
    scenario,
    members,
    metric: mainMetricOf(members),
  }));
  const measured = scenarios.flatMap(({ metric, ...rest }) =>
    metric === undefined ? [] : [{ metric, ...rest }],
  );
  return [
    ...cells.flatMap(failed),
    ...cells.flatMap(censored),
    ...scenarios.flatMap(({ scenario, members }) => skipped(scenario, members)),
    ...noisyHost(cells.flatMap((cell) => cell.trials)),
    ...measured.flatMap(({ scenario, members, metric }) =>
      driftFindings(scenario, members, metric),
    ),
    ...measured.flatMap(({ members, metric }) =>
      members.flatMap((cell) => cellTrialFindings(cell, metric)),
    ),
    ...measured.flatMap(({ members, metric }) => members.flatMap((cell) => tooFew(cell, metric))),
    ...measured.flatMap(({ members, metric }) => winnerFindings(members, metric)),
  ];
}

function failed({ scenario, parameters, status, reason }: Cell): Finding[] {
  if (status !== "failed") return [];
  return [
    {
      kind: "failed-cell",
      scenario,
      cell: parameters,
      evidence: reason ?? "its trial ended without a result",
      advice: "run this cell alone to see whether it fails again",
    },
  ];
}

/** One finding for a cell with trials that were cut, with the one that got furthest. */
function censored({ scenario, parameters, trials }: Cell): Finding[] {
  const cuts = trials.flatMap((trial) => trial.censored ?? []);
  const furthest = cuts.toSorted((a, b) => b.rowsDone - a.rowsDone)[0];
  if (furthest === undefined) return [];
  const share =
    trials.length === 1 ? "" : ` (${countText(cuts.length)} of ${plural(trials.length, "trial")})`;
  return [
    {
      kind: "censored",
      scenario,
      cell: parameters,
      evidence: `cut at ${measureText(furthest.limitMs / 1000)} s with ${plural(furthest.rowsDone, "row")} done${share}`,
      advice: "raise --max-trial-time to see it finish",
    },
  ];
}

/** One finding for a scenario; a budget that ran out skips many cells for one reason. */
function skipped(scenario: string, cells: readonly Cell[]): Finding[] {
  const left = cells.filter((cell) => cell.status === "skipped");
  if (left.length === 0) return [];
  const reasons = [...new Set(left.flatMap(({ reason }) => reason ?? []))];
  const why = reasons.length === 0 ? "" : `: ${reasons.join("; ")}`;
  return [
    {
      kind: "skipped-cells",
      scenario,
      evidence: `${countText(left.length)} of ${plural(cells.length, "cell")} not measured${why}`,
      advice: "raise --budget, or ask for fewer cells",
    },
  ];
}

/** One finding for the run. */
function noisyHost(trials: readonly Trial[]): Finding[] {
  const complaints = [
    excess(
      "CPU pressure",
      trials.map(({ environment }) => environment.cpuPressurePct),
      MOST_CPU_PRESSURE_PCT,
    ),
    excess(
      "CPU time stolen by the hypervisor",
      trials.map(({ environment }) => environment.stealPct),
      MOST_STEAL_PCT,
    ),
  ].filter((text) => text !== "");
  if (complaints.length === 0) return [];
  return [
    {
      kind: "noisy-host",
      evidence: complaints.join("; "),
      advice: "stop other work on this machine and run again",
    },
  ];
}

/** `CPU pressure above 50 % in 3 of 118 trials, at most 64 %`; empty when no trial exceeds the limit. */
function excess(what: string, values: readonly (number | null)[], limitPct: number): string {
  const over = values.filter((value) => value !== null).filter((value) => value > limitPct);
  if (over.length === 0) return "";
  return `${what} above ${limitPct} % in ${countText(over.length)} of ${plural(values.length, "trial")}, at most ${measureText(Math.max(...over))} %`;
}

function tooFew(cell: Cell, metric: MetricName): Finding[] {
  const n = cell.summary[metric]?.n;
  if (cell.status !== "ok" || n === undefined || n >= FEWEST_FOR_INTERVAL) return [];
  return [
    {
      kind: "too-few-trials",
      scenario: cell.scenario,
      cell: cell.parameters,
      evidence: `${plural(n, "trial")}; an interval needs ${FEWEST_FOR_INTERVAL}`,
      advice: "raise --budget or --trials",
    },
  ];
}
