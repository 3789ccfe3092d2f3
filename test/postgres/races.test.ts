/** The stress form of `bench races`: it is silent about the store, cuts connections, and leaves nothing behind. */
import pg from "pg";
import { expect, inject, it } from "vitest";
import { postgresPlace } from "../../src/races/stress/postgres-place.ts";
import { runStressOn, type StressMeasurement } from "../../src/races/stress/run-stress.ts";
import { STRESS_SCENARIOS } from "../../src/races/stress/stress-seed.ts";

const hooks = { signal: new AbortController().signal, onProgress: () => undefined };

async function stressed(seeds: number): Promise<StressMeasurement> {
  const place = await postgresPlace(`${inject("postgresUrl")}?schema=stress_${process.pid}`);
  try {
    return await runStressOn(place, { scenarios: STRESS_SCENARIOS, firstSeed: 1, seeds }, hooks);
  } finally {
    await place.close();
  }
}

it("two rounds of all scenarios break no promise, with connections cut on the way", async () => {
  const measured = await stressed(2 * STRESS_SCENARIOS.length);
  expect(measured.findings).toEqual([]);
  expect(measured.runs).toBe(2 * STRESS_SCENARIOS.length);
  expect(measured.cuts).toBeGreaterThan(0);
  expect(measured.upperBound).toBeCloseTo(1 - 0.05 ** (1 / measured.runs), 6);
});

it("leaves nothing behind on the server", async () => {
  await stressed(1);
  const client = new pg.Client(inject("postgresUrl"));
  await client.connect();
  const { rows } = await client.query("SELECT to_regnamespace($1) AS schema", [
    `stress_${process.pid}`,
  ]);
  await client.end();
  expect(rows).toEqual([{ schema: null }]);
});
