/** A calibration as a table with what follows from it. */
import type { Calibration } from "../../results/calibration.ts";
import { count, percent } from "../../results/phrases.ts";
import type { ReportTable } from "../report-table.ts";
import { renderTable, type TableOptions } from "../table.ts";

/** For the terminal; ends with a newline. */
export function renderCalibration(calibration: Calibration, options: TableOptions): string {
  const { proposed } = calibration;
  return [
    renderTable(tableOf(calibration), options),
    `Proposed margins: tolerated ${margin(proposed.toleratedRatio)}, fatal ${margin(proposed.fatalRatio)} (gate.yaml: margins: calibrated)\n`,
  ].join("\n");
}

function margin(ratio: number): string {
  return percent(ratio - 1);
}

function tableOf({ metrics, environment }: Calibration): ReportTable {
  const minutes = metrics[0]?.visible.map((one) => one.minutes) ?? [];
  const head: readonly (readonly [string, "left" | "right"])[] = [
    ["cell", "left"],
    ["metric", "left"],
    ["pairs", "right"],
    ["beside others", "right"],
    ["noise", "right"],
    ["correlation", "right"],
    ["s/pair", "right"],
    ...minutes.map((n) => [`sees in ${n} min`, "right"] as const),
  ];
  return {
    scenario: "calibration",
    caption: `${environment.cpu}, ${count(environment.cores, "core")}, fingerprint ${environment.fingerprint}`,
    columns: head.map(([heading, align]) => ({ heading, align, mayGo: false })),
    messageAt: 0,
    groups: [
      metrics.map((metric) => ({
        status: "ok" as const,
        winner: false,
        texts: [
          [
            metric.scenario,
            ...Object.entries(metric.parameters).map(([name, value]) => `${name}=${value}`),
          ].join(" "),
          metric.metric,
          String(metric.pairs),
          String(metric.noisyPairs),
          percent(metric.noise),
          metric.correlation === null ? "" : metric.correlation.toFixed(2),
          metric.secondsPerPair.toFixed(1),
          ...metric.visible.map(({ ratio }) => (ratio === null ? "–" : `+${margin(ratio)}`)),
        ],
        message: undefined,
      })),
    ],
    notes: [
      "noise: of the ratio within a pair; correlation: of its two sides, what pairing takes out",
      "sees: the slowdown that a gate of so many minutes finds in 95 of 100 sessions, if it measures this cell alone",
    ],
  };
}
