/** An order that went wrong in real time becomes a schedule: the recorded one of a fault that is put into a copy of the engine. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { judgeCase } from "../../src/races/campaign/judge.ts";
import { RaceProcess } from "../../src/races/campaign/process-pool.ts";
import { drawCase, RACE_SCENARIOS } from "../../src/races/cases/scenarios.ts";
import { buildMutant } from "../../src/races/mutants/build-mutant.ts";
import { readMutants } from "../../src/races/mutants/mutant.ts";
import { replayRace } from "../../src/races/replay-race.ts";
import { Follower } from "../../src/races/schedule/follow.ts";
import { randomWalk } from "../../src/races/schedule/pickers.ts";
import { runStress } from "../../src/races/stress/run-stress.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

test.each(RACE_SCENARIOS)("an order of $name is followed to the same trace", async (scenario) => {
  for (const seed of [3, 4]) {
    const raceCase = drawCase(scenario, seed);
    const recorded = await judgeCase(raceCase, randomWalk(seed));
    const again = await judgeCase(raceCase, new Follower(recorded.taken));
    expect(again.choices).toEqual(recorded.choices);
    expect(again.traceHash).toBe(recorded.traceHash);
  }
});

test("a fault that real time shows is lifted, made small, and shown by every replay", async () => {
  const mutants = `${root}test/mutants`;
  const fault = readMutants(mutants).find(({ id }) => id === "M24");
  if (fault === undefined) throw new Error("M24 is gone");
  const copy = buildMutant({ root, mutants }, fault);
  const hooks = { signal: new AbortController().signal, onProgress: () => undefined };
  const { findings, lifts } = await runStress(
    { each: 1, liftMs: 30_000, shrinkMs: 5_000, root: copy },
    { scenarios: ["retries"], firstSeed: 1, seeds: 30 },
    hooks,
  );
  const lifted = lifts.find(({ violation }) => violation !== null);
  const seedLine = lifted?.violation?.seedLine ?? "";
  expect(findings.map(({ seed, id }) => ({ seed, id }))).toContainEqual({
    seed: lifted?.seed,
    id: lifted?.id,
  });
  expect(lifted?.violation?.shrunk).toMatchObject({ replayed: 20, replays: 20 });
  const one = new RaceProcess({ root: copy, taskLimitMs: 60_000 });
  const replayed = await one.ask({ kind: "replay", line: seedLine });
  one.stop();
  expect("findings" in replayed && replayed.findings[0]?.id).toBe(lifted?.id);
  expect((await replayRace(seedLine)).findings).toEqual([]);
}, 180_000);
