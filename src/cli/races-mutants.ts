/** `bench races --mutants`: puts faults into copies of the engine and tells how soon each is found. */
import { join } from "node:path";
import { InputError } from "../lib/errors.ts";
import { scenarioNames } from "../races/cases/scenarios.ts";
import { findCheckout } from "../races/mutants/build-mutant.ts";
import { type HuntOptions, hunt } from "../races/mutants/hunt.ts";
import { isOnServer, type Mutant, readMutants } from "../races/mutants/mutant.ts";
import { STRESS_SCENARIOS } from "../races/stress/stress-seed.ts";
import { renderMutants } from "../report/races/render-mutants.ts";
import { readEnvironment } from "../results/environment.ts";
import { MUTANTS_SCHEMA_VERSION, type MutantsResult } from "../results/mutants-result.ts";
import { readMutantsResult, writeMutants } from "../results/mutants-result-file.ts";
import { createRunFolder } from "../runner/run-folder.ts";
import { EXIT } from "./exit-codes.ts";
import { wholeNumber } from "./flag-values.ts";
import { hearInterruption } from "./interruption.ts";
import { LIFT_MS, type RaceFlagTexts, SHRINK_MS } from "./races-flags.ts";
import { racesProgress } from "./races-progress.ts";
import { serverOf } from "./races-stress.ts";
import { freshRunId } from "./run-id.ts";
import { terminal } from "./terminal.ts";

const ROOT_SEEDS = "20";
const MOST_ROOT_SEEDS = 10_000;
const MOST_PROCESSES = 256;

/** Root seeds that run to their end, found or not: enough to tell what each level and schedule sees. */
const SURVEY_SEEDS = 5;

/** A mutant may hang; a seed takes well below a second. */
const TASK_LIMIT_MS = 20_000;

/** Returns the exit code: 6 where a mutant was missed, told by a wrong name, or a benign one blamed. @throws InputError */
export async function mutantsCommand(texts: RaceFlagTexts, asJson: boolean): Promise<number> {
  const checkout = findCheckout();
  const options = readHuntOptions(texts);
  const known = readMutants(checkout.mutants).filter(
    (mutant) => isOnServer(mutant) === (typeof options.time !== "string"),
  );
  const mutants = chosen(known, texts["mutant"]);
  const { folder, begun } = await openHunt(texts, options);
  const stop = hearInterruption();
  const progress = racesProgress(process.stderr, () => performance.now());
  let result = begun;
  let json = "";
  const save = async (mutantRows: MutantsResult["mutants"]): Promise<void> => {
    const isHunted = ({ id }: Mutant): boolean => mutantRows.some((row) => row.id === id);
    const ended = mutants.every(isHunted) ? "all" : "interrupted";
    const rows = mutantRows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    result = { ...result, finishedAt: new Date().toISOString(), mutants: rows, ended };
    json = await writeMutants(folder, result);
  };
  const left = mutants.filter(({ id }) => !begun.mutants.some((row) => row.id === id));
  await save(begun.mutants);
  await hunt(checkout, left, options, {
    signal: stop.signal,
    elapsedMs: () => performance.now(),
    onProgress: (done, of, what) => progress.show(done, of, what),
    onRow: (row) => save([...result.mutants, row]),
  });
  progress.end();
  stop.end();
  process.stdout.write(asJson ? json : renderMutants(result, terminal()));
  if (result.ended === "interrupted") {
    process.stderr.write(`bench: to go on: bench races --mutants --resume ${folder}\n`);
    return EXIT.interrupted;
  }
  return result.mutants.every(({ right }) => right) ? EXIT.pass : EXIT.invariantViolated;
}

function readHuntOptions(texts: RaceFlagTexts): HuntOptions {
  const time = readTime(texts);
  return {
    time,
    scenarios: time === "virtual" ? scenarioNames(null, false) : STRESS_SCENARIOS,
    firstSeed: wholeNumber("--seed", texts["seed"] ?? "1", 0, 0x7fffffff),
    rootSeeds: wholeNumber("--seeds", texts["seeds"] ?? ROOT_SEEDS, 1, MOST_ROOT_SEEDS),
    surveySeeds: SURVEY_SEEDS,
    processes: wholeNumber("--processes", texts["processes"] ?? "2", 1, MOST_PROCESSES),
    taskLimitMs: TASK_LIMIT_MS,
    liftMs: LIFT_MS,
    shrinkMs: SHRINK_MS,
  };
}

/** @throws InputError for a level of schedules: a hunt is of all of them */
function readTime({ store, level }: RaceFlagTexts): HuntOptions["time"] {
  if (level !== undefined && level !== "L2")
    throw new InputError(
      `--level ${level}: a hunt schedules the scenarios of L1 and L3 together; leave --level out, or give L2 for real time.`,
    );
  if (store !== undefined) return { server: serverOf(store) };
  return level === "L2" ? "real" : "virtual";
}

interface OpenHunt {
  readonly folder: string;
  /** What an earlier part of it found; nothing at its beginning. */
  readonly begun: MutantsResult;
}

/** A new hunt, or one that goes on. @throws InputError where other seeds or another engine were hunted with before */
async function openHunt(texts: RaceFlagTexts, options: HuntOptions): Promise<OpenHunt> {
  const { resume: again } = texts;
  const { firstSeed, rootSeeds, surveySeeds } = options;
  if (again !== undefined) {
    const begun = readMutantsResult(again);
    if (begun.firstSeed !== firstSeed || begun.rootSeeds !== rootSeeds)
      throw new InputError(
        `--resume ${again}: that hunt began with --seed ${begun.firstSeed} --seeds ${begun.rootSeeds}. Give the same.`,
      );
    const { commit } = await readEnvironment(again);
    if (begun.environment.commit !== commit)
      throw new InputError(
        `--resume ${again}: that hunt is of commit ${begun.environment.commit}, and this is ${commit}: faults of two engines would stand in one record. Begin a new one.`,
      );
    return { folder: again, begun };
  }
  const now = new Date();
  const id = freshRunId(now);
  const { path: folder } = createRunFolder(texts["out"] ?? join("results", "runs", id));
  const begun: MutantsResult = {
    schemaVersion: MUTANTS_SCHEMA_VERSION,
    kind: "race-mutants",
    id,
    startedAt: now.toISOString(),
    finishedAt: now.toISOString(),
    environment: await readEnvironment(folder),
    ...{ firstSeed, rootSeeds, surveySeeds },
    mutants: [],
    ended: "interrupted",
  };
  return { folder, begun };
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
