/**
 * Times the 49 checks over one large history: `npm run bench:checker` (build first).
 *
 *   npm run bench:checker -- [--events 1000000] [--runs 5] [--each] [--out results/published/checker.json]
 *
 * It is joined into one file first, so that the memory is that of Node and the checks, without a loader. The history
 * is valid, so a check that ends early at its first finding gains nothing; one finding is an error.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { CHECKS } from "../dist/races/checks/all-checks.js";
import { checkHistory } from "../dist/races/checks/check-history.js";
import { Case } from "../dist/races/history/case.js";
import { readEnvironment } from "../dist/results/environment.js";
import { median } from "../dist/stats/summary.js";
import { bulkHistory } from "./bulk-history.ts";

const { values: opt } = parseArgs({
  options: {
    events: { type: "string", default: "1000000" },
    runs: { type: "string", default: "5" },
    each: { type: "boolean", default: false },
    out: { type: "string" },
  },
});

const MB = 1e6;
const rssMb = (): number => Math.round((process.resourceUsage().maxRSS * 1024) / MB);
const idleRssMb = rssMb();
const { history, facts, log } = bulkHistory(Number(opt.events));
const historyRssMb = rssMb();
const timesMs: number[] = [];
for (let run = 0; run < Number(opt.runs); run++) {
  const from = performance.now();
  const { violations } = checkHistory(history, facts, { log });
  timesMs.push(Math.round(performance.now() - from));
  const [first] = violations;
  if (first !== undefined)
    throw new Error(`${violations.length} findings: ${first.id} ${first.message}`);
}
const figures = {
  events: history.length,
  jobs: history.jobs.size,
  edges: facts.children.length,
  logRows: log.length,
  checks: CHECKS.length,
  timesMs,
  firstMs: timesMs[0],
  medianMs: median(timesMs),
  // Peaks: before anything, with the history, and after the checks.
  ...{ idleRssMb, historyRssMb, peakRssMb: rssMb() },
};
console.log(JSON.stringify(figures, null, 2));
if (opt.each) console.table(eachCheck());
if (opt.out !== undefined) {
  const command = ["npm run bench:checker --", ...process.argv.slice(2)].join(" ");
  const environment = await readEnvironment(".");
  const record = { command, at: new Date().toISOString(), environment, ...figures };
  writeFileSync(opt.out, `${JSON.stringify(record, null, 2)}\n`);
}

/** Where the time goes: the slowest first. */
function eachCheck(): { check: string; ms: number }[] {
  const begin = performance.now();
  const one = new Case(history, facts, log);
  const rows = [{ check: "rows, graph, last read", ms: Math.round(performance.now() - begin) }];
  const nothing = {
    violation: () => undefined,
    hazard: () => undefined,
    statistic: () => undefined,
  };
  for (const { id, run } of CHECKS) {
    const from = performance.now();
    run(one, nothing);
    rows.push({ check: id, ms: Math.round(performance.now() - from) });
  }
  return rows.sort((a, b) => b.ms - a.ms).slice(0, 20);
}
