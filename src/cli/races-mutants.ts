/** `bench races --mutants`: puts faults into copies of the engine and tells how soon each is found. */
import { join } from "node:path";
import { InputError } from "../lib/errors.ts";
import { replaceFile } from "../lib/replace-file.ts";
import { scenarioNames } from "../races/cases/scenarios.ts";
import { findCheckout } from "../races/mutants/build-mutant.ts";
import { hunt } from "../races/mutants/hunt.ts";
import { isOnServer, type Mutant, readMutants } from "../races/mutants/mutant.ts";
import { STRESS_SCENARIOS } from "../races/stress/run-stress.ts";
import { renderMutants } from "../report/races/render-mutants.ts";
import { readEnvironment } from "../results/environment.ts";
import { MUTANTS_SCHEMA_VERSION, type MutantsResult } from "../results/mutants-result.ts";
import { createRunFolder } from "../runner/run-folder.ts";
import { EXIT } from "./exit-codes.ts";
import { wholeNumber } from "./flag-values.ts";
import { hearInterruption } from "./interruption.ts";
import type { RaceFlagTexts } from "./races-flags.ts";
import { racesProgress } from "./races-progress.ts";
import { freshRunId } from "./run-id.ts";
import { terminal } from "./terminal.ts";

const ROOT_SEEDS = "20";
const MOST_ROOT_SEEDS = 10_000;
const MOST_PROCESSES = 256;

/** A mutant may hang; a seed takes well below a second. */
const TASK_LIMIT_MS = 20_000;

/** Returns the exit code: 6 where a mutant was missed, told by a wrong name, or a benign one blamed. @throws InputError */
export async function mutantsCommand(
  texts: RaceFlagTexts,
  asJson: boolean,
  server: string | null = null,
): Promise<number> {
  const checkout = findCheckout();
  const known = readMutants(checkout.mutants).filter(
    (mutant) => isOnServer(mutant) === (server !== null),
  );
  const mutants = chosen(known, texts["mutant"]);
  const rootSeeds = wholeNumber("--seeds", texts["seeds"] ?? ROOT_SEEDS, 1, MOST_ROOT_SEEDS);
  const firstSeed = wholeNumber("--seed", texts["seed"] ?? "1", 0, 0x7fffffff);
  const processes = wholeNumber("--processes", texts["processes"] ?? "2", 1, MOST_PROCESSES);
  const now = new Date();
  const id = freshRunId(now);
  const { path: folder } = createRunFolder(texts["out"] ?? join("results", "runs", id));
  const stop = hearInterruption();
  const progress = racesProgress(process.stderr, () => performance.now());
  const scenarios = server === null ? scenarioNames(null, false) : STRESS_SCENARIOS;
  const rows = await hunt(
    checkout,
    mutants,
    { scenarios, firstSeed, rootSeeds, processes, taskLimitMs: TASK_LIMIT_MS, server },
    {
      signal: stop.signal,
      elapsedMs: () => performance.now(),
      onProgress: (done, of, what) => progress.show(done, of, what),
    },
  );
  progress.end();
  stop.end();
  const result: MutantsResult = {
    schemaVersion: MUTANTS_SCHEMA_VERSION,
    kind: "race-mutants",
    id,
    startedAt: now.toISOString(),
    finishedAt: new Date().toISOString(),
    environment: await readEnvironment(folder),
    firstSeed,
    rootSeeds,
    mutants: rows,
    ended: rows.length < mutants.length ? "interrupted" : "all",
  };
  const json = `${JSON.stringify(result, null, 1)}\n`;
  await replaceFile(join(folder, "mutants.json"), json);
  process.stdout.write(asJson ? json : renderMutants(result, terminal()));
  if (result.ended === "interrupted") return EXIT.interrupted;
  return rows.every(({ right }) => right) ? EXIT.pass : EXIT.invariantViolated;
}

function chosen(all: readonly Mutant[], text: string | undefined): readonly Mutant[] {
  if (text === undefined) return all;
  const names = text.split(",").map((name) => name.trim());
  for (const name of names)
    if (!all.some(({ id }) => id === name))
      throw new InputError(
        `--mutant ${name}: there is no such mutant in test/mutants (P… with --store, M… and B… without).`,
      );
  return all.filter(({ id }) => names.includes(id));
}
