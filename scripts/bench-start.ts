/**
 * How long a trial's process takes until its measured part begins, by the figures that each trial keeps.
 *
 *   npx tsx scripts/bench-start.ts [--trials 30] [--out results/published/start.json]
 *
 * The promise: the whole start, warm-up included, within 300 ms at the upper end of the median's interval. Exit 4 where
 * it is broken.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import type { Result } from "../src/results/result.ts";
import { spread } from "./spread.ts";

const LIMIT_MS = 300;
const MAIN = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** One that submits and one that drains too: every other workload loads and warms up what one of them does. */
const CELLS = [
  ["submit", "--strategy", "appender"],
  ["drain", "--claim-batch", "1000", "--wake", "notify"],
];

const { values: opt } = parseArgs({
  options: { trials: { type: "string", default: "30" }, out: { type: "string" } },
});

async function run(args: readonly string[], folder: string): Promise<Result> {
  const options = ["--dag-size", "1000", "--trials", opt.trials, "--budget", "10m"];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [MAIN, "run", ...args, ...options, "--json", "--out", join(folder, args[0] ?? "")],
    { maxBuffer: 2 ** 30 },
  );
  return JSON.parse(stdout) as Result;
}

const folder = mkdtempSync(join(tmpdir(), "quackmark-start-"));
try {
  const results: Result[] = [];
  for (const args of CELLS) results.push(await run(args, folder));
  const rows = results.flatMap(({ cells }) =>
    cells.map(({ scenario, parameters, trials }) => {
      const start = trials.map(({ metrics }) => metrics["startMs"] ?? Number.NaN);
      const warmUp = trials.map(({ metrics }) => metrics["warmUpMs"] ?? Number.NaN);
      const loading = start.map((ms, i) => ms - (warmUp[i] ?? Number.NaN));
      const figures = { startMs: spread(start), warmUpMs: spread(warmUp) };
      return { scenario, parameters, ...figures, loadingMs: spread(loading) };
    }),
  );
  for (const { scenario, startMs, loadingMs, warmUpMs } of rows) {
    const ms = [startMs, loadingMs, warmUpMs].map(
      ({ median, low, high }) => `${median} (${low}–${high})`,
    );
    process.stderr.write(`${scenario}: ${ms[0]} ms = loading ${ms[1]} + warm-up ${ms[2]}\n`);
    if ((startMs.high ?? Infinity) > LIMIT_MS) process.exitCode = 4;
  }
  const report = {
    command: ["npx tsx scripts/bench-start.ts", ...process.argv.slice(2)].join(" "),
    at: new Date().toISOString(),
    limits: { startMs: LIMIT_MS },
    environment: results[0]?.environment,
    rows,
  };
  if (opt.out !== undefined) writeFileSync(opt.out, `${JSON.stringify(report, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
