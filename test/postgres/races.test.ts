/** The stress form of `bench races`: it is silent about the store, cuts connections, and leaves nothing behind. */
import pg from "pg";
import { expect, inject, it } from "vitest";
import { runStress, STRESS_SCENARIOS } from "../../src/races/stress/run-stress.ts";

const hooks = { signal: new AbortController().signal, onProgress: () => undefined };

function options(seeds: number, scenarios = STRESS_SCENARIOS) {
  const url = `${inject("postgresUrl")}?schema=stress_${process.pid}`;
  return { url, scenarios, firstSeed: 1, seeds };
}

it("two rounds of all scenarios break no promise, with connections cut on the way", async () => {
  const measured = await runStress(options(2 * STRESS_SCENARIOS.length), hooks);
  expect(measured.findings).toEqual([]);
  expect(measured.runs).toBe(2 * STRESS_SCENARIOS.length);
  expect(measured.cuts).toBeGreaterThan(0);
  expect(measured.upperBound).toBeCloseTo(1 - 0.05 ** (1 / measured.runs), 6);
});

it("leaves nothing behind on the server", async () => {
  await runStress(options(1), hooks);
  const client = new pg.Client(inject("postgresUrl"));
  await client.connect();
  const { rows } = await client.query("SELECT to_regnamespace($1) AS schema", [
    `stress_${process.pid}`,
  ]);
  await client.end();
  expect(rows).toEqual([{ schema: null }]);
});
