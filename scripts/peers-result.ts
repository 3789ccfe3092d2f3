/** What `npm run peers` writes, read with care, and the figures that the report takes from it. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { estimateDifference, logSlowdown, pairedSample } from "../src/stats/compare.ts";
import { medianInterval } from "../src/stats/intervals.ts";
import { median } from "../src/stats/summary.ts";

/** The result that docs/PEERS.md and its picture are made of. */
export const PUBLISHED = new URL("../results/published/peers.json", import.meta.url);

const durability = z.enum(["full", "relaxed"]);

const trialSchema = z.object({
  queue: z.string(),
  task: z.string(),
  durability,
  block: z.int().min(0),
  /** Absent where it failed before it could say. */
  has: z.boolean().optional(),
  failed: z.string().optional(),
  jobsPerS: z.number().positive().optional(),
  wakeMsP50: z.number().positive().optional(),
  wakeMsP99: z.number().positive().optional(),
  peakRssBytes: z.int().positive().optional(),
});

const peersSchema = z.object({
  schemaVersion: z.literal(1),
  command: z.array(z.string()),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  jobs: z.int().positive(),
  seed: z.int(),
  environment: z.object({
    cpu: z.string(),
    cores: z.int(),
    memoryBytes: z.int(),
    node: z.string(),
    commit: z.string().nullable(),
    dirty: z.boolean(),
  }),
  versions: z.record(z.string(), z.string()),
  durabilities: z.record(z.string(), z.object({ full: z.string(), relaxed: z.string() })),
  stores: z.record(z.string(), z.string()),
  trials: z.array(trialSchema).min(1),
});

/** One session of all queues. */
export type PeersResult = z.infer<typeof peersSchema>;
export type Durability = z.infer<typeof durability>;

/** Our two, by the names that the session gives them. */
export const OURS = { duckdb: "quackmark (DuckDB)", postgres: "quackmark (PostgreSQL)" } as const;

/** A figure that is told. */
export interface Figure {
  readonly name: "jobsPerS" | "wakeMsP50" | "wakeMsP99";
  readonly unit: "jobs/s" | "ms";
  readonly better: "higher" | "lower";
}

const RATE: Figure = { name: "jobsPerS", unit: "jobs/s", better: "higher" };

/** The figures of a task, the one that decides first. */
export function figuresOf(task: string): readonly [Figure, ...Figure[]] {
  if (task !== "latency") return [RATE];
  return [
    { name: "wakeMsP50", unit: "ms", better: "lower" },
    { name: "wakeMsP99", unit: "ms", better: "lower" },
  ];
}

/** What one queue did in one task. */
export interface Cell {
  readonly queue: string;
  /** Its figures by block. */
  readonly values: ReadonlyMap<number, number>;
  readonly peakRssBytes: number | null;
  /** Its error, which no figure excuses. */
  readonly failed: string | null;
  /** False where the queue has no such thing. */
  readonly has: boolean;
}

/** A median or a ratio with its 95 % interval, null below 6 trials. */
export interface Estimate {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** @throws ZodError, with the path of what is wrong */
export function readPeers(file: URL | string): PeersResult {
  return peersSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** The cells of one task, in the order of the session's queues. */
export function cellsOf(
  { stores, trials }: PeersResult,
  task: string,
  durability: Durability,
  { name }: Figure,
): readonly Cell[] {
  return Object.keys(stores).flatMap((queue) => {
    const mine = trials.filter(
      (one) => one.queue === queue && one.task === task && one.durability === durability,
    );
    if (mine.length === 0) return [];
    const rss = mine.flatMap((one) => one.peakRssBytes ?? []);
    return {
      queue,
      values: new Map(mine.flatMap((one) => (one[name] ? [[one.block, one[name]] as const] : []))),
      peakRssBytes: rss.length === 0 ? null : median(rss),
      failed: mine.find((one) => one.failed !== undefined)?.failed ?? null,
      has: mine.some((one) => one.has !== false),
    };
  });
}

/** The median of a cell; null where it has no figures or failed. */
export function medianOf({ values, failed }: Cell): Estimate | null {
  if (values.size === 0 || failed !== null) return null;
  const list = [...values.values()];
  const interval = medianInterval(list);
  return { value: median(list), low: interval?.low ?? null, high: interval?.high ?? null };
}

/** How many times as good `ours` is as `theirs`, above 1 where we win, from the blocks that have both; null without one. */
export function timesAsGood(ours: Cell, theirs: Cell, { better }: Figure): Estimate | null {
  if (medianOf(ours) === null || medianOf(theirs) === null) return null;
  const blocks = [...ours.values.keys()].filter((block) => theirs.values.has(block));
  if (blocks.length === 0) return null;
  const figure = (cell: Cell, block: number): number[] => [cell.values.get(block) as number];
  const slowdowns = blocks.map((block) =>
    logSlowdown(figure(ours, block), figure(theirs, block), better),
  );
  const { estimate, interval } = estimateDifference(pairedSample(slowdowns));
  return {
    value: Math.exp(estimate),
    low: interval === null ? null : Math.exp(interval.low),
    high: interval === null ? null : Math.exp(interval.high),
  };
}
