/** Derives from the cells of a run everything that a reader should know before trusting its numbers. */
import { cellFindings } from "./cell-findings.ts";
import type { Finding } from "./finding.ts";
import { mainMetricOf } from "./main-metric.ts";
import { noiseFindings } from "./noise.ts";
import type { Cell } from "./result.ts";
import { saturationFindings } from "./saturation-findings.ts";
import { trialFindings } from "./trial-findings.ts";
import { winnerFindings } from "./winner.ts";

/** Scenario name to the one metric that answers its question. */
export type Headlines = Readonly<Record<string, string>>;

/**
 * All findings of a run: what is missing first, then what spoils the numbers, then what they say.
 * Judges the headline metric of each scenario; for a scenario without one, its main metric. Pure:
 * the same cells, the same findings.
 */
export function findingsOf(cells: readonly Cell[], headlines: Headlines = {}): Finding[] {
  const scenarios = [...new Set(cells.map(({ scenario }) => scenario))];
  return [
    ...scenarios.flatMap((scenario) => cellFindings(scenario, cellsOf(cells, scenario))),
    ...noiseFindings(cells),
    ...scenarios.flatMap((scenario) => {
      const own = cellsOf(cells, scenario);
      const metric = Object.hasOwn(headlines, scenario) ? headlines[scenario] : mainMetricOf(own);
      return metric === undefined
        ? []
        : [
            ...trialFindings(scenario, own, metric),
            ...saturationFindings(scenario, own, metric),
            ...winnerFindings(scenario, own, metric),
          ];
    }),
  ];
}

function cellsOf(cells: readonly Cell[], scenario: string): Cell[] {
  return cells.filter((cell) => cell.scenario === scenario);
}
