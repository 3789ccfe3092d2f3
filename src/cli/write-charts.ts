/** Writes a result's charts as PNG files. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../lib/errors.ts";
import type { Result } from "../results/result.ts";

/** Writes `<chart id>.png` files into the folder. Charts are a bonus: when they cannot be drawn, a line on stderr says why. */
export async function writeCharts(result: Result, folder: string): Promise<void> {
  try {
    const { chartsOf } = await import("../report/chart/charts-of.ts");
    const { renderPng } = await import("../report/chart/png.ts");
    const { withLatencies } = await import("../report/chart/latency-summaries.ts");
    for (const chart of chartsOf(withLatencies(result))) {
      writeFileSync(join(folder, `${chart.id}.png`), await renderPng(chart));
    }
  } catch (error) {
    process.stderr.write(`bench: no charts: ${messageOf(error)}\n`);
  }
}
