/**
 * What keys and indexes cost on the tables of the queue, and what they give: the evidence of
 * docs/decisions/003-no-keys-on-hot-tables.md. Prints a Markdown table.
 *
 *   npx tsx scripts/measure-keys.ts [--jobs 100000] [--trials 7] [--rounds 2000] [--seed 1]
 *
 * Every trial is a fresh database file; in each block every shape has one trial, in shuffled order.
 * Rows are made before the clock starts: the load is appender and COMMIT alone. Figures are medians
 * of the trials, with the smallest and the largest behind them. The FIFO queue runs once for each shape.
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

interface Measured {
  readonly loads: LoadFigures[];
  fifo?: FifoFigures;
}

const BYTES_PER_MB = 1e6;

const { values: options } = parseArgs({
  options: {
    jobs: { type: "string", default: "100000" },
    trials: { type: "string", default: "7" },
    rounds: { type: "string", default: "2000" },
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

/** Runs `work` with the path of a database in a folder that is removed afterwards. */
async function inScratch<T>(work: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "measure-keys-"));
  try {
    return await work(join(folder, "keys.db"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lower median. */
function median(values: readonly number[]): number {
  const ordered = values.toSorted((a, b) => a - b);
  return ordered[Math.floor((ordered.length - 1) / 2)] ?? Number.NaN;
}

function row({ name }: KeyShape, { loads, fifo }: Measured, base: Measured): string {
  const figures = (pick: (load: LoadFigures) => number, digits: number) => {
    const values = loads.map(pick);
    const [low, high] = [Math.min(...values), Math.max(...values)].map((x) => x.toFixed(digits));
    return `${median(values).toFixed(digits)} (${low}–${high})`;
  };
  const cpuMs = (measured: Measured) => median(measured.loads.map((load) => load.loadCpuMs));
  const sizes = (fifo?.sizesBytes ?? []).map((size) => (size / BYTES_PER_MB).toFixed(1));
  const cells = [
    name,
    figures((load) => load.loadMs, 0),
    figures((load) => load.loadCpuMs, 0),
    `${(cpuMs({ loads }) / cpuMs(base)).toFixed(1)}×`,
    (median(loads.map((load) => load.fileBytes)) / BYTES_PER_MB).toFixed(1),
    figures((load) => load.updateMs, 1),
    figures((load) => load.claimMs, 1),
    figures((load) => load.childrenMs, 1),
    fifo?.roundCpuMs.toFixed(1) ?? "",
    sizes.join(" → "),
  ];
  return `| ${cells.join(" | ")} |`;
}

const results = new Map<KeyShape, Measured>(SHAPES.map((shape) => [shape, { loads: [] }]));
for (let block = 1; block <= trials; block++) {
  for (const shape of shuffled(SHAPES)) {
    const load = await inScratch((file) => measureLoad(shape, file, jobs, random));
    results.get(shape)?.loads.push(load);
  }
  console.error(`load: block ${block} of ${trials}`);
}
for (const [shape, measured] of results) {
  measured.fifo = await inScratch((file) => measureFifo(shape, file, rounds, random));
  console.error(`FIFO: ${shape.name}`);
}

const [cpu] = cpus();
console.log(
  `${jobs} jobs, 1.5 edges each; ${trials} loads; ${rounds} FIFO rounds; ${cpus().length} cores of ${cpu?.model ?? "an unknown CPU"}, Node ${process.version}, DuckDB ${version()}\n`,
);
const HEAD = [
  "keys and indexes",
  "load, ms",
  "load, CPU ms",
  "ratio",
  "file, MB",
  "new state for 1,000, ms",
  "find 1,000 ready, ms",
  "children of one, ms",
  "FIFO round, CPU ms",
  "FIFO file at 10, 50, 100 %, MB",
];
console.log(`| ${HEAD.join(" | ")} |\n|${HEAD.map(() => "---|").join("")}`);
const base = results.get(SHAPES[0] as KeyShape) ?? { loads: [] };
for (const [shape, measured] of results) console.log(row(shape, measured, base));
for (const [{ name }, { fifo }] of results) {
  if (fifo === undefined || fifo.refusal === "") continue;
  console.log(
    `\n${name}: deleting a job after its edges needed a second transaction: ${fifo.refusal}`,
  );
}
