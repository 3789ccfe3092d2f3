/**
 * Time and memory of every report of a large run, as whole processes of the built command.
 *
 *   npx tsx scripts/bench-reports.ts [--trials 10000] [--repeat 6] [--out results/reports-10000.json]
 *
 * The promise: each within 5 s and 500 MB. Exit 4 where one is broken.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { readEnvironment } from "../src/results/environment.ts";
import { seededRandom } from "../src/runner/seeded-random.ts";
import { median } from "../src/stats/summary.ts";
import { largeResult } from "./large-result.ts";
import { spread } from "./spread.ts";

const LIMIT_S = 5;
const LIMIT_BYTES = 500e6;
const MAIN = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** Runs in the measured process, and writes its largest resident set (in kB) as the last line of stderr. */
const TELL_MEMORY = `--import=data:text/javascript,${encodeURIComponent(
  'process.on("exit",()=>process._rawDebug(process.resourceUsage().maxRSS))',
)}`;

const { values: opt } = parseArgs({
  options: {
    trials: { type: "string", default: "10000" },
    repeat: { type: "string", default: "6" },
    out: { type: "string" },
  },
});

interface Cost {
  readonly timeS: number;
  readonly peakRssBytes: number;
}

async function costOf(args: readonly string[]): Promise<Cost> {
  const startMs = performance.now();
  const { stderr } = await promisify(execFile)(process.execPath, [TELL_MEMORY, MAIN, ...args], {
    maxBuffer: 2 ** 30,
  });
  const timeS = (performance.now() - startMs) / 1000;
  return { timeS, peakRssBytes: Number(stderr.trim().split("\n").at(-1)) * 1024 };
}

const folder = mkdtempSync(join(tmpdir(), "quackmark-reports-"));
try {
  const environment = await readEnvironment(folder);
  const runs = join(folder, "runs");
  mkdirSync(runs);
  const file = join(runs, "large.json");
  writeFileSync(
    file,
    JSON.stringify(largeResult(Number(opt.trials), environment, seededRandom(1))),
  );
  const formats = ["table", "json", "csv", "markdown", "parquet", "png", "svg", "html"];
  const commands = [
    ...formats.map((format) => ["report", file, "--format", format, "--out", folder]),
    ["explain", file],
    ["history", "--runs", runs],
  ];
  const rows: Record<string, unknown>[] = [];
  for (const args of commands) {
    const costs: Cost[] = [];
    for (let i = 0; i < Number(opt.repeat); i++) costs.push(await costOf(args));
    const [timeS, peakRssBytes] = [costs.map((c) => c.timeS), costs.map((c) => c.peakRssBytes)];
    const what = args[3] === undefined || args[0] !== "report" ? args[0] : `report ${args[3]}`;
    const kept = Math.max(...timeS) <= LIMIT_S && Math.max(...peakRssBytes) <= LIMIT_BYTES;
    rows.push({ what, timeS: spread(timeS), peakRssBytes: spread(peakRssBytes), kept });
    process.stderr.write(
      `${what}: ${median(timeS).toFixed(2)} s, ${Math.round(median(peakRssBytes) / 1e6)} MB${kept ? "" : "  ABOVE THE LIMIT"}\n`,
    );
    if (!kept) process.exitCode = 4;
  }
  const report = {
    command: "npx tsx scripts/bench-reports.ts",
    at: new Date().toISOString(),
    trials: Number(opt.trials),
    fileBytes: statSync(file).size,
    limits: { timeS: LIMIT_S, peakRssBytes: LIMIT_BYTES },
    environment,
    rows,
  };
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (opt.out === undefined) process.stdout.write(text);
  else writeFileSync(opt.out, text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
