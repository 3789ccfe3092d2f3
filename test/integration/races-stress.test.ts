/** The stress form on DuckDB files: real time, real threads, and silence about the engine as it is. */
import { expect, test } from "vitest";
import { EMBEDDED } from "../../src/races/history/read-final-state.ts";
import { duckdbPlace, POOL_SIZES, threadsOf } from "../../src/races/stress/duckdb-place.ts";
import type { StressPlace } from "../../src/races/stress/stress-place.ts";
import { runStressSeed, STRESS_SCENARIOS } from "../../src/races/stress/stress-seed.ts";
import { EDGES_QUERY } from "../../src/store/duckdb/inspection.ts";

async function runSeed(seed: number, change: Partial<StressPlace> = {}) {
  const place = { ...duckdbPlace(threadsOf(seed)), ...change };
  try {
    return await runStressSeed(seed, STRESS_SCENARIOS, place);
  } finally {
    await place.close();
  }
}

test("seeds of all scenarios in real time break no promise", async () => {
  const seeds = STRESS_SCENARIOS.map((_, n) => n + 1);
  const outcomes = await Promise.all(seeds.map((seed) => runSeed(seed)));
  expect(outcomes.flatMap(({ findings }) => findings)).toEqual([]);
  expect(new Set(outcomes.map(({ scenario }) => scenario))).toEqual(new Set(STRESS_SCENARIOS));
}, 120_000);

test("an edge that the last read misses is told, with the place where that was", async () => {
  const edges = `SELECT * FROM (${EDGES_QUERY}) OFFSET 1`;
  const seed = STRESS_SCENARIOS.indexOf("joins");
  const outcome = await runSeed(seed, { state: { ...EMBEDDED, edges } });
  expect(outcome.findings[0]).toMatchObject({ id: "D5", seed, place: outcome.place });
}, 60_000);

test("every size of the thread pool and both numbers of database threads get seeds", () => {
  const drawn = Array.from({ length: 300 }, (_, seed) => threadsOf(seed));
  expect(new Set(drawn.map(({ pool }) => pool))).toEqual(new Set(POOL_SIZES));
  expect(new Set(drawn.map(({ duckdb }) => duckdb)).size).toBe(2);
});
