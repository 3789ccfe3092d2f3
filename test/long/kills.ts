/**
 * Two hundred kills of a real process at seeded moments, ten rounds of twenty, and a record of them:
 *
 *   npm run test:long                       seeds 1 to 10, writes results/published/kills.json
 *   npm run test:long -- --from 11          other seeds; prints the record and writes nothing
 *
 * Ends with 1 at the first thing that was not as promised. Takes some minutes.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readEnvironment } from "../../src/results/environment.ts";
import { type KillCounts, killRound } from "../support/kill-round.ts";

const ROUNDS = 10;
const RECORD = new URL("../../results/published/kills.json", import.meta.url);

/** With no failure in n kills, the chance of one is below this with 95 %: 0.95 = 1 - (1 - bound)^n. */
const boundOf = (kills: number): number => Number((1 - 0.05 ** (1 / kills)).toPrecision(3));

const { values } = parseArgs({ options: { from: { type: "string", default: "1" } } });
const from = Number(values.from);
const total: KillCounts = {
  kills: 0,
  killsWhileOpening: 0,
  acknowledged: 0,
  staleSettlesRefused: 0,
  jobs: 0,
};
const startMs = performance.now();
for (let seed = from; seed < from + ROUNDS; seed++) {
  const counts = await killRound(seed);
  for (const name of Object.keys(total) as (keyof KillCounts)[]) total[name] += counts[name];
  process.stderr.write(`seed ${seed}: ${JSON.stringify(counts)}\n`);
}
const record = {
  what: "kill -9 of a working process at seeded moments, with a reopen after each",
  command: "npm run test:long",
  seeds: { from, to: from + ROUNDS - 1 },
  ...total,
  lost: 0,
  torn: 0,
  staleSettlesApplied: 0,
  failureBelow: boundOf(total.kills),
  confidence: 0.95,
  durability: "full",
  tookS: Math.round((performance.now() - startMs) / 1000),
  environment: await readEnvironment(process.cwd()),
};
const text = `${JSON.stringify(record, null, 2)}\n`;
if (from === 1) writeFileSync(RECORD, text);
process.stdout.write(text);
