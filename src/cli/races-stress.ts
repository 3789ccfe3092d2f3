/** `bench races --level L2`: the stress form, in real time; on DuckDB files, or with `--store` on a server. */
import { join } from "node:path";
import { InputError } from "../lib/errors.ts";
import { replaceFile } from "../lib/replace-file.ts";
import { writeLiftedTests } from "../races/campaign/test-file.ts";
import { postgresPlace } from "../races/stress/postgres-place.ts";
import {
  runStress,
  runStressOn,
  type StressHooks,
  type StressMeasurement,
  type StressOptions,
  type StressPool,
} from "../races/stress/run-stress.ts";
import { STRESS_SCENARIOS } from "../races/stress/stress-seed.ts";
import { renderStress } from "../report/races/render-stress.ts";
import { readEnvironment } from "../results/environment.ts";
import {
  STRESS_SCHEMA_VERSION,
  type StressResult,
  stressResultSchema,
} from "../results/stress-result.ts";
import { readStore, trialUrl } from "../runner/plan-store.ts";
import { createRunFolder } from "../runner/run-folder.ts";
import { EXIT } from "./exit-codes.ts";
import { wholeNumber } from "./flag-values.ts";
import { hearInterruption } from "./interruption.ts";
import { LIFT_MS, type RaceFlagTexts, type RaceSwitches, SHRINK_MS } from "./races-flags.ts";
import { racesProgress } from "./races-progress.ts";
import { freshRunId } from "./run-id.ts";

const SEEDS = "100";
const FIRST_SEED = "1";
const MOST_SEED = 0x7fffffff;
const MOST_SEEDS = 1_000_000;
const MOST_PROCESSES = 64;

/** The result's name in its folder. */
const STRESS_FILE = "stress.json";

/** The processes sleep most of the time. */
export const STRESS_POOL: StressPool = { each: 2, liftMs: LIFT_MS, shrinkMs: SHRINK_MS };

/** Runs the campaign and returns the exit code. @throws InputError */
export async function stressCommand(texts: RaceFlagTexts, switches: RaceSwitches): Promise<number> {
  const { store, processes = String(STRESS_POOL.each) } = texts;
  const options = readOptions(texts);
  const each = wholeNumber("--processes", processes, 1, MOST_PROCESSES);
  const now = new Date();
  const id = freshRunId(now);
  const { path: folder } = createRunFolder(texts["out"] ?? join("results", "runs", id));
  const stop = hearInterruption();
  const progress = racesProgress(process.stderr, () => performance.now());
  const hooks: StressHooks = {
    signal: stop.signal,
    onProgress: (done, of, what) => progress.show(done, of, what),
  };
  try {
    const measured =
      store === undefined
        ? await runStress({ ...STRESS_POOL, each }, options, hooks)
        : await onServer(store, options, hooks);
    progress.end();
    const result: StressResult = {
      schemaVersion: STRESS_SCHEMA_VERSION,
      kind: "races-stress",
      id,
      startedAt: now.toISOString(),
      finishedAt: new Date().toISOString(),
      environment: await readEnvironment(folder),
      ...copied(measured, folder),
    };
    const json = `${JSON.stringify(stressResultSchema.parse(result), null, 1)}\n`;
    await replaceFile(join(folder, STRESS_FILE), json);
    process.stdout.write(switches.has("json") ? json : renderStress(result, store));
    return exitOf(measured);
  } finally {
    progress.end();
    stop.end();
  }
}

/** What a campaign measured, as a result holds it, with a test in the folder for each schedule. */
export function copied(
  measured: StressMeasurement,
  folder: string,
): StressMeasurement & {
  situations: Record<string, number>;
} {
  const lifts = writeLiftedTests(folder, measured.lifts);
  return { ...measured, situations: { ...measured.situations }, lifts };
}

/** 6 where a promise was broken; 1 where a seed could not be run. */
function exitOf({ ended, harnessErrors }: StressMeasurement): number {
  if (ended === "violated") return EXIT.invariantViolated;
  if (ended === "interrupted") return EXIT.interrupted;
  return harnessErrors.length > 0 ? EXIT.internalError : EXIT.pass;
}

function readOptions(texts: RaceFlagTexts): StressOptions {
  const { level = "L2" } = texts;
  if (level !== "L2")
    throw new InputError(`--level ${level}: schedules need DuckDB; leave --level or --store out.`);
  return {
    scenarios: scenariosOf(texts["scenario"]),
    firstSeed: wholeNumber("--seed", texts["seed"] ?? FIRST_SEED, 0, MOST_SEED),
    seeds: wholeNumber("--seeds", texts["seeds"] ?? SEEDS, 1, MOST_SEEDS),
  };
}

async function onServer(
  store: string,
  options: StressOptions,
  hooks: StressHooks,
): Promise<StressMeasurement> {
  const place = await postgresPlace(serverOf(store));
  try {
    return await runStressOn(place, options, hooks);
  } finally {
    await place.close();
  }
}

/** The address of the schema in which cases run. @throws InputError for a store that is none */
export function serverOf(store: string): string {
  const server = readStore(store);
  if (server === null)
    throw new InputError(
      "--store duckdb: leave --store out for schedules, with --level L2 for real time; or name postgres://user@host/database.",
    );
  return trialUrl(server, "_races");
}

function scenariosOf(text: string | undefined): readonly string[] {
  if (text === undefined) return STRESS_SCENARIOS;
  const named = text.split(",").map((name) => name.trim());
  for (const name of named)
    if (!STRESS_SCENARIOS.includes(name))
      throw new InputError(
        `--scenario ${name}: there is no such race scenario in real time; known are ${STRESS_SCENARIOS.join(", ")}.`,
      );
  return named;
}
