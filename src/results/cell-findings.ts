/** What is missing from a run: cells that failed, were cut, or were never measured. */
import type { Finding } from "./finding.ts";
import { count, figure } from "./phrases.ts";
import type { Cell } from "./result.ts";

/** Findings about the cells of one scenario that carry no complete figure. */
export function cellFindings(scenario: string, cells: readonly Cell[]): Finding[] {
  return [
    ...cells.filter(({ status }) => status === "failed").map((cell) => failed(scenario, cell)),
    ...cells.filter(({ status }) => status === "censored").map((cell) => censored(scenario, cell)),
    ...skipped(scenario, cells),
  ];
}

function failed(scenario: string, { parameters, reason, trials }: Cell): Finding {
  return {
    kind: "failed-cell",
    scenario,
    cell: parameters,
    evidence: reason ?? "The trial ended without a result",
    values: { trialsCompleted: trials.length },
    advice: "The reason names the cause; the other cells of the run stand.",
  };
}

function censored(scenario: string, { parameters, trials }: Cell): Finding {
  const cuts = trials.flatMap(({ censored: cut }) => (cut ? [cut] : []));
  const limitMs = Math.max(0, ...cuts.map((cut) => cut.limitMs));
  const rowsDone = Math.max(0, ...cuts.map((cut) => cut.rowsDone));
  return {
    kind: "censored",
    scenario,
    cell: parameters,
    evidence: `Cut at ${figure(limitMs / 1000)} s with ${count(rowsDone, "row")} done: it takes longer than that`,
    values: { limitMs, rowsDone, cutTrials: cuts.length },
    advice: "Raise --max-trial-time to see its end, or lower --dag-size.",
  };
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
      advice: "Raise --budget, or name fewer values per parameter.",
    },
  ];
}
