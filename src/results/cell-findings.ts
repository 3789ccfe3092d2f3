/** What is missing from a run: cells that failed, trials that were cut, cells that were never measured. */
import type { Finding } from "./finding.ts";
import { count, figure } from "./phrases.ts";
import type { Cell, Trial } from "./result.ts";

/** Wrong rows that a finding names; the result holds up to twenty of each trial. */
const MAX_TOLD = 3;

/** Findings about the cells of one scenario that carry no complete figure. */
export function cellFindings(scenario: string, cells: readonly Cell[]): Finding[] {
  return [
    ...cells.flatMap((cell) => wrong(scenario, cell)),
    ...cells
      .filter(({ status, trials }) => status === "failed" && violationsOf(trials).length === 0)
      .map((cell) => failed(scenario, cell)),
    ...cells.flatMap((cell) => censored(scenario, cell)),
    ...skipped(scenario, cells),
  ];
}

/** None for a cell whose answers were right, else one with the first thing that was wrong. */
function wrong(scenario: string, { parameters, trials }: Cell): Finding[] {
  const violations = violationsOf(trials);
  if (violations.length === 0) return [];
  const wrongTrials = trials.filter((trial) => violationsOf([trial]).length > 0).length;
  return [
    {
      kind: "wrong-answer",
      scenario,
      cell: parameters,
      evidence: `${wrongTrials} of ${count(trials.length, "trial")} left wrong rows: ${violations.slice(0, MAX_TOLD).join("; ")}`,
      values: { wrongTrials, trials: trials.length, violations: violations.length },
      advice: "trust no figure of this cell, and look into the database that was kept",
    },
  ];
}

function violationsOf(trials: readonly Trial[]): readonly string[] {
  return trials.flatMap(({ checks }) => checks?.violations ?? []);
}

function failed(scenario: string, { parameters, reason, trials }: Cell): Finding {
  return {
    kind: "failed-cell",
    scenario,
    cell: parameters,
    evidence: reason ?? "its trial ended without a result",
    values: { trials: trials.length },
    advice: "the other cells stand; run this one alone to see whether it fails again",
  };
}

/** None for a cell without a trial that was cut, else one, told by the trial that got furthest. */
function censored(scenario: string, { parameters, trials }: Cell): Finding[] {
  const cuts = trials.flatMap((trial) => trial.censored ?? []);
  const furthest = cuts.toSorted((a, b) => b.rowsDone - a.rowsDone)[0];
  if (furthest === undefined) {
    return [];
  }
  const { limitMs, rowsDone } = furthest;
  // The trials that did end are the lucky ones: their median alone would flatter the cell.
  const share =
    cuts.length === trials.length ? "" : ` in ${cuts.length} of ${trials.length} trials`;
  return [
    {
      kind: "censored",
      scenario,
      cell: parameters,
      evidence: `cut at ${figure(limitMs / 1000)} s with ${count(rowsDone, "row")} done${share}${atThatRate(furthest)}`,
      values: { limitMs, rowsDone, cutTrials: cuts.length, trials: trials.length },
      advice: "raise --max-trial-time to see it finish, or give it less work",
    },
  ];
}

/** What a cut trial would have taken, if its rate had lasted. */
function atThatRate({ limitMs, rowsDone, rowsTotal }: NonNullable<Trial["censored"]>): string {
  if (rowsTotal === undefined || rowsDone === 0 || rowsDone >= rowsTotal) return "";
  return `; at that rate all ${count(rowsTotal, "row")} take ${figure((limitMs * rowsTotal) / rowsDone / 1000)} s`;
}

function skipped(scenario: string, cells: readonly Cell[]): Finding[] {
  const left = cells.filter(({ status }) => status === "skipped");
  if (left.length === 0) {
    return [];
  }
  const reasons = [...new Set(left.map(({ reason }) => reason ?? "no reason recorded"))];
  return [
    {
      kind: "skipped-cells",
      scenario,
      evidence: `${left.length} of ${count(cells.length, "cell")} not measured: ${reasons.join("; ")}`,
      values: { skippedCells: left.length, cells: cells.length },
      advice: "raise --budget, or name fewer values per parameter",
    },
  ];
}
