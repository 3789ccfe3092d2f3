/** Writes a result's charts as PNG files. Charts are a bonus: when they cannot be drawn, a line on stderr says why. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../lib/errors.ts";
import type { ChartSpec } from "../report/chart/chart-spec.ts";
import type { Result } from "../results/result.ts";
import type { TuneResult } from "../results/tune-result.ts";

/** Writes `<chart id>.png` for each chart that the result deserves. */
export function writeCharts(result: Result, folder: string): Promise<void> {
  return write(folder, async () => {
    const { chartsOf } = await import("../report/chart/charts-of.ts");
    const { withLatencies } = await import("../report/chart/latency-summaries.ts");
    return chartsOf(withLatencies(result));
  });
}

/** Writes `tune-<setting>.png` for each choice. */
export function writeTuneCharts(result: TuneResult, folder: string): Promise<void> {
  return write(folder, async () => {
    const { tuneCharts } = await import("../report/tune/tune-charts.ts");
    return tuneCharts(result);
  });
}

/** The packages that draw are optional, and loaded late. */
async function write(folder: string, charts: () => Promise<readonly ChartSpec[]>): Promise<void> {
  try {
    const { renderPng } = await import("../report/chart/png.ts");
    for (const chart of await charts()) {
      writeFileSync(join(folder, `${chart.id}.png`), await renderPng(chart));
    }
  } catch (error) {
    process.stderr.write(`bench: no charts: ${messageOf(error)}\n`);
  }
}
