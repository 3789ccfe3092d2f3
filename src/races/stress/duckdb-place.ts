/** A DuckDB file of this process, with real threads: those of the event loop's pool and those of the database. */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { WANTED_QUERY } from "../../store/duckdb/inspection.ts";
import { EMBEDDED } from "../history/read-final-state.ts";
import { SeededRandom } from "../schedule/seeded-random.ts";
import { NEEDS_VIRTUAL_TIME, type StressPlace } from "./stress-place.ts";

/** How many threads a seed runs with. */
export interface Threads {
  /** Of the pool in which calls of the database run: UV_THREADPOOL_SIZE, which a process takes at its start. */
  readonly pool: number;
  readonly duckdb: number;
}

/** One thread shows who blocks whom; 4 is what Node has; 16 is more than there is to do. */
export const POOL_SIZES = [1, 4, 16] as const;

const MANY_THREADS = Math.max(2, availableParallelism());

/** The same for the same seed. */
export function threadsOf(seed: number): Threads {
  const random = new SeededRandom(seed, "threads");
  return { pool: random.pick(POOL_SIZES), duckdb: random.pick([1, MANY_THREADS]) };
}

/** One wait in four, up to far beyond a lease; the victim's steps always. */
const WAITS = { shortestMs: 1, longestMs: 2_000, share: 0.25, budgetMs: 3_000 } as const;

/** A folder of its own, removed by `close`. */
export function duckdbPlace({ pool, duckdb }: Threads): StressPlace {
  const folder = mkdtempSync(join(tmpdir(), "bench-stress-"));
  return {
    name: `UV_THREADPOOL_SIZE=${pool}, duckdbThreads ${duckdb}`,
    queues: 1,
    config: { duckdbThreads: duckdb },
    address: { path: join(folder, "queue.db") },
    wantedQuery: WANTED_QUERY,
    state: EMBEDDED,
    hasLog: true,
    spared: NEEDS_VIRTUAL_TIME,
    waits({ clients }, chance) {
      const all = ["lane", "job ", ...clients.map(({ name }) => name)];
      return { ...WAITS, victim: all[Math.floor(chance * all.length)] as string };
    },
    gate: (pass) => pass,
    hurt: () => Promise.resolve(false),
    isDrained(queue) {
      const { ready, delayed, claimed } = queue.stats();
      return Promise.resolve(ready + delayed + claimed === 0);
    },
    clear: () => Promise.resolve(),
    close() {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}
