/**
 * What keys and indexes cost on the tables of the queue, and what they give: the evidence of
 * docs/decisions/003-no-keys-on-hot-tables.md. Prints a Markdown table.
 *
 *   npx tsx scripts/measure-keys.ts [--jobs 100000] [--trials 5] [--rounds 200] [--seed 1]
 *
 * Every trial is a fresh database file; in each block every shape has one trial, in shuffled order.
 * Rows are made before the clock starts: the load is appender and COMMIT alone. Figures are medians
 * of the trials, with the smallest and the largest behind them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { version } from "@duckdb/node-api";
import {
  type FifoFigures,
  type KeyShape,
  type LoadFigures,
  measureFifo,
  measureLoad,
  median,
} from "./key-trial.ts";

const FOREIGN_KEYS = ["child_job_id", "parent_job_id"]
  .map((column) => `FOREIGN KEY (${column}) REFERENCES jobs (id)`)
  .join(", ");
const PRIMARY_KEY = ", PRIMARY KEY (id)";

const SHAPES: readonly KeyShape[] = [
  { name: "none" },
  { name: "primary key of jobs", jobs: PRIMARY_KEY },
  {
    name: "primary keys of both",
    jobs: PRIMARY_KEY,
    edges: ", PRIMARY KEY (child_job_id, parent_job_id)",
  },
  { name: "primary key, two foreign keys", jobs: PRIMARY_KEY, edges: `, ${FOREIGN_KEYS}` },
  { name: "index (state)", index: "jobs (state)" },
  { name: "index (state, priority, id)", index: "jobs (state, priority, id)" },
  { name: "index (child_job_id)", index: "job_dependencies (child_job_id)" },
  { name: "index (parent_job_id)", index: "job_dependencies (parent_job_id)" },
];

interface Trial extends LoadFigures, FifoFigures {}

const BYTES_PER_MB = 1e6;

const { values: options } = parseArgs({
  options: {
    jobs: { type: "string", default: "100000" },
    trials: { type: "string", default: "5" },
    rounds: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
  },
});
const [jobs, trials, rounds] = [options.jobs, options.trials, options.rounds].map(Number) as [
  number,
  number,
  number,
];
let randomState = Number(options.seed) >>> 0 || 1;

/** From 0 to 1, by the kernel's generator (scripts/limit.ts). */
function random(): number {
  randomState = (Math.imul(randomState, 1664525) + 1013904223) >>> 0;
  return randomState / 2 ** 32;
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

async function measure(shape: KeyShape): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), "measure-keys-"));
  try {
    const load = await measureLoad(shape, join(folder, "load.db"), jobs, random);
    const fifo = await measureFifo(shape, join(folder, "fifo.db"), rounds, random);
    return { ...load, ...fifo };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function row({ name }: KeyShape, own: readonly Trial[], base: readonly Trial[]): string {
  const figures = (pick: (trial: Trial) => number, digits: number) => {
    const values = own.map(pick);
    const [low, high] = [Math.min(...values), Math.max(...values)].map((x) => x.toFixed(digits));
    return `${median(values).toFixed(digits)} (${low}–${high})`;
  };
  const ratio = median(own.map((t) => t.loadMs)) / median(base.map((t) => t.loadMs));
  const cells = [
    name,
    figures((trial) => trial.loadMs, 0),
    `${ratio.toFixed(1)}×`,
    figures((trial) => trial.fileBytes / BYTES_PER_MB, 1),
    figures((trial) => trial.updateMs, 1),
    figures((trial) => trial.claimMs, 1),
    figures((trial) => trial.childrenMs, 2),
    figures((trial) => trial.roundMs, 1),
    `${figures((t) => t.earlyBytes / BYTES_PER_MB, 1)} → ${figures((t) => t.lateBytes / BYTES_PER_MB, 1)}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

const results = new Map<KeyShape, Trial[]>(SHAPES.map((shape) => [shape, []]));
for (let block = 0; block < trials; block++) {
  for (const shape of shuffled(SHAPES)) results.get(shape)?.push(await measure(shape));
  console.error(`block ${block + 1} of ${trials}`);
}
const [cpu] = cpus();
console.log(
  `${jobs} jobs, 1.5 edges each; ${trials} trials; ${rounds} FIFO rounds of 1,000 jobs; ${cpus().length} cores of ${cpu?.model ?? "an unknown CPU"}, Node ${process.version}, DuckDB ${version()}\n`,
);
const HEAD = [
  "keys and indexes",
  "load, ms",
  "load, ratio",
  "file, MB",
  "new state for 1,000, ms",
  "find 1,000 ready, ms",
  "children of one, ms",
  "FIFO round, ms",
  `FIFO file, MB, round ${Math.ceil(rounds / 10)} → ${rounds}`,
];
console.log(`| ${HEAD.join(" | ")} |\n|${HEAD.map(() => " --- |").join("")}`);
const base = results.get(SHAPES[0] as KeyShape) ?? [];
for (const [shape, own] of results) console.log(row(shape, own, base));
for (const [{ name }, own] of results) {
  const refusal = own.find((trial) => trial.refusal !== "")?.refusal;
  if (refusal !== undefined)
    console.log(`\n${name}: the delete needed a second transaction: ${refusal}`);
}
