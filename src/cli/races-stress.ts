/** `bench races --level L2`: the stress form, in real time; on DuckDB files, or with `--store` on a server. */
import { join } from "node:path";
import { errnoOf, InputError, messageOf, QuackmarkError } from "../lib/errors.ts";
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
import type { StressPlace } from "../races/stress/stress-place.ts";
import { STRESS_SCENARIOS } from "../races/stress/stress-seed.ts";
import { renderStress } from "../report/races/render-stress.ts";
import { readEnvironment } from "../results/environment.ts";
import {
  STRESS_SCHEMA_VERSION,
  type StressResult,
  stressResultSchema,
} from "../results/stress-result.ts";
import { readStore, trialUrl } from "../runner/plan-store.ts";
import { EXIT } from "./exit-codes.ts";
import { wholeNumber } from "./flag-values.ts";
import { interruptedBefore } from "./interruption.ts";
import {
  LIFT_MS,
  type RaceFlagTexts,
  type RaceSwitches,
  readNames,
  SHRINK_MS,
} from "./races-flags.ts";
import { openRacesFolder, STRESS_FILE } from "./races-folder.ts";
import { racesProgress } from "./races-progress.ts";

const SEEDS = "100";
const FIRST_SEED = "1";
const MOST_SEED = 0x7fffffff;
const MOST_SEEDS = 1_000_000;
const MOST_PROCESSES = 64;

/** The processes sleep most of the time. */
export const STRESS_POOL: StressPool = { each: 2, liftMs: LIFT_MS, shrinkMs: SHRINK_MS };

/** Runs the campaign and returns the exit code. @throws InputError */
export async function stressCommand(
  texts: RaceFlagTexts,
  switches: RaceSwitches,
  signal: AbortSignal,
): Promise<number> {
  const { store, processes = String(STRESS_POOL.each) } = texts;
  const options = readOptions(texts);
  const each = wholeNumber("--processes", processes, 1, MOST_PROCESSES);
  const { id, startedAt, path: folder, discard } = openRacesFolder(texts["out"]);
  const progress = racesProgress(process.stderr, () => performance.now());
  const hooks: StressHooks = {
    signal,
    onProgress: (done, of, what) => progress.show(done, of, what),
  };
  try {
    const measured =
      store === undefined
        ? await runStress({ ...STRESS_POOL, each }, options, hooks)
        : await onServer(store, options, hooks);
    progress.end();
    if (measured.ended === "interrupted" && measured.runs === 0) {
      discard();
      return interruptedBefore("the first run had ended");
    }
    const result: StressResult = {
      schemaVersion: STRESS_SCHEMA_VERSION,
      kind: "races-stress",
      id,
      startedAt,
      finishedAt: new Date().toISOString(),
      environment: await readEnvironment(folder),
      ...copied(measured, folder),
    };
    const json = `${JSON.stringify(stressResultSchema.parse(result), null, 1)}\n`;
    await replaceFile(join(folder, STRESS_FILE), json);
    process.stdout.write(switches.has("json") ? json : renderStress(result, store));
    return exitOf(measured);
  } catch (error) {
    // A server that is not there: nothing was measured.
    if (error instanceof InputError) discard();
    throw error;
  } finally {
    progress.end();
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
  const place = await placeOnServer(store);
  try {
    return await runStressOn(place, options, hooks);
  } finally {
    await place.close();
  }
}

/** Connects to the server of `--store`. @throws InputError where it does not answer, or for a store that is none */
export async function placeOnServer(store: string): Promise<StressPlace> {
  try {
    return await postgresPlace(serverOf(store));
  } catch (error) {
    if (!(error instanceof QuackmarkError && error.code === "STORE_UNREACHABLE")) throw error;
    const { cause } = error;
    throw new InputError(
      `--store ${store}: the server cannot be reached (${messageOf(cause) || errnoOf(cause)}). Start it, or give another address.`,
      { cause },
    );
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
  const known = STRESS_SCENARIOS.join(", ");
  return readNames(
    "--scenario",
    text,
    STRESS_SCENARIOS,
    `race scenario in real time; known are ${known}.`,
  );
}
