/** Derives from the cells of a run everything that a reader should know before trusting its numbers. */
import { cellFindings } from "./cell-findings.ts";
import type { Finding } from "./finding.ts";
import { loadFindings } from "./load-judgement.ts";
import { mainMetricOf } from "./main-metric.ts";
import { noiseFindings } from "./noise.ts";
import type { Cell, ScenarioHead } from "./result.ts";
import { saturationFindings } from "./saturation-findings.ts";
import { scalingFindings } from "./scaling-findings.ts";
import { trialFindings } from "./trial-findings.ts";
import { winnerFindings } from "./winner.ts";

/**
 * All findings of a run: what is missing first, then what spoils the numbers, then what they say.
 * Each scenario is judged by the metric that answers its question, which `heads` tells; without one,
 * by its main metric. Pure: the same cells, the same findings.
 */
export function findingsOf(cells: readonly Cell[], heads: readonly ScenarioHead[] = []): Finding[] {
  const scenarios = [...new Set(cells.map(({ scenario }) => scenario))];
  const cellsOf = (name: string) => cells.filter(({ scenario }) => scenario === name);
  return [
    ...scenarios.flatMap((scenario) => cellFindings(scenario, cellsOf(scenario))),
    ...noiseFindings(cells),
    ...scenarios.flatMap((scenario) => loadFindings(scenario, cellsOf(scenario))),
    ...scenarios.flatMap((scenario) => {
      const own = cellsOf(scenario);
      const metric = heads.find(({ name }) => name === scenario)?.metrics[0] ?? mainMetricOf(own);
      return metric === undefined
        ? []
        : [
            ...trialFindings(scenario, own, metric),
            ...saturationFindings(scenario, own, metric),
            ...scalingFindings(scenario, own, metric),
            ...winnerFindings(scenario, own, metric),
          ];
    }),
  ];
}
