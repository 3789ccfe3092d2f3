/**
 * The engine against the raw loop of scripts/limit.ts, in turn, as whole processes: `npm run bench:limit`.
 *
 *   npx tsx scripts/bench-limit.ts [--pairs 8] [--out results/limit.json] [--jobs 100000] [--batch 100,1000,5000]
 *
 * Prints the ratio engine / kernel of each figure, as the median of the pairs with its interval. A ratio of
 * one pair is taken on one machine within seconds, so a slow machine slows both sides.
 */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { readEnvironment } from "../dist/results/environment.js";
import { medianInterval } from "../dist/stats/intervals.js";
import { median } from "../dist/stats/summary.js";

type Figures = Record<"submitRowsPerS" | "drainJobsPerS" | "peakRssBytes" | "commits", number>;
const FIGURES = ["submitRowsPerS", "drainJobsPerS", "peakRssBytes", "commits"] as const;

const { values: opt } = parseArgs({
  options: {
    pairs: { type: "string", default: "8" },
    jobs: { type: "string", default: "100000" },
    batch: { type: "string", default: "100,1000,5000" },
    out: { type: "string" },
  },
});

async function figuresOf(script: string, batch: string): Promise<Figures> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const tsx = fileURLToPath(import.meta.resolve("tsx"));
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--import",
    tsx,
    file,
    "--jobs",
    opt.jobs,
    "--batch",
    batch,
  ]);
  return JSON.parse(stdout) as Figures;
}

const round = (value: number): number => Number(value.toPrecision(3));
const rows: Record<string, unknown>[] = [];
for (const batch of opt.batch.split(",")) {
  const pairs: { engine: Figures; kernel: Figures }[] = [];
  for (let pair = 0; pair < Number(opt.pairs); pair++) {
    // The side that goes first changes with each pair, so that a drift of the machine favours neither.
    const first = pair % 2 === 0 ? "kernel" : "engine";
    const one = await figuresOf(first === "kernel" ? "limit.ts" : "engine-limit.ts", batch);
    const other = await figuresOf(first === "kernel" ? "engine-limit.ts" : "limit.ts", batch);
    pairs.push(
      first === "kernel" ? { kernel: one, engine: other } : { engine: one, kernel: other },
    );
    process.stderr.write(`batch ${batch}, pair ${pair + 1} of ${opt.pairs}\n`);
  }
  for (const figure of FIGURES) {
    const ratios = pairs.map(({ engine, kernel }) => engine[figure] / kernel[figure]);
    const interval = medianInterval(ratios);
    rows.push({
      jobs: Number(opt.jobs),
      batch: Number(batch),
      figure,
      kernel: round(median(pairs.map(({ kernel }) => kernel[figure]))),
      engine: round(median(pairs.map(({ engine }) => engine[figure]))),
      ratio: round(median(ratios)),
      low: interval === null ? null : round(interval.low),
      high: interval === null ? null : round(interval.high),
      pairs: pairs.length,
    });
  }
}
console.table(rows);
if (opt.out !== undefined) {
  const command = ["npx", "tsx", "scripts/bench-limit.ts", ...process.argv.slice(2)].join(" ");
  writeFileSync(
    opt.out,
    `${JSON.stringify({ command, at: new Date().toISOString(), environment: await readEnvironment("."), rows }, null, 2)}\n`,
  );
}
