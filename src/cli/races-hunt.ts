/** What a hunt for mutants is asked for: by flags where it begins, by its own record where it goes on. */
import { InputError } from "../lib/errors.ts";
import { scenarioNames } from "../races/cases/scenarios.ts";
import type { HuntOptions } from "../races/mutants/hunt.ts";
import { isOnServer, type Mutant } from "../races/mutants/mutant.ts";
import { STRESS_SCENARIOS } from "../races/stress/stress-seed.ts";
import type { MutantsResult } from "../results/mutants-result.ts";
import { wholeNumber } from "./flag-values.ts";
import { LIFT_MS, type RaceFlagTexts, readNames, SHRINK_MS } from "./races-flags.ts";
import { serverOf } from "./races-stress.ts";

const ROOT_SEEDS = "20";
const MOST_ROOT_SEEDS = 10_000;
const MOST_PROCESSES = 256;

/** Root seeds that run to their end, found or not: enough to tell what each level and schedule sees. */
const SURVEY_SEEDS = 5;

/** A mutant may hang; a seed takes well below a second. */
const TASK_LIMIT_MS = 20_000;

/** Which mutants are hunted, and how. */
export interface Hunt {
  readonly options: HuntOptions;
  readonly mutants: readonly Mutant[];
  /** As it stands in the record. */
  readonly asked: NonNullable<MutantsResult["asked"]>;
}

/** Reads what the flags ask for; `all` are the mutants that there are. @throws InputError that names the flag */
export function readHunt(texts: RaceFlagTexts, all: readonly Mutant[]): Hunt {
  const { store = null, level = null, mutant } = texts;
  const { seed = "1", seeds = ROOT_SEEDS, processes = "2" } = texts;
  const time = readTime(texts);
  const known = all.filter((one) => isOnServer(one) === (store !== null));
  const ids = known.map(({ id }) => id);
  const what = "mutant in test/mutants (P… with --store, M… and B… without).";
  const named = mutant === undefined ? null : readNames("--mutant", mutant, ids, what).sort();
  const options: HuntOptions = {
    time,
    scenarios: time === "virtual" ? scenarioNames(null, false) : STRESS_SCENARIOS,
    firstSeed: wholeNumber("--seed", seed, 0, 0x7fffffff),
    rootSeeds: wholeNumber("--seeds", seeds, 1, MOST_ROOT_SEEDS),
    surveySeeds: SURVEY_SEEDS,
    processes: wholeNumber("--processes", processes, 1, MOST_PROCESSES),
    taskLimitMs: TASK_LIMIT_MS,
    liftMs: LIFT_MS,
    shrinkMs: SHRINK_MS,
  };
  const scenarios = [...options.scenarios];
  return {
    options,
    mutants: known.filter(({ id }) => named?.includes(id) ?? true),
    asked: { mutants: named, scenarios, store, level, processes: options.processes },
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

/** What an earlier part of a hunt was asked for. @throws InputError for flags that say otherwise */
export function readHuntAgain(
  texts: RaceFlagTexts,
  begun: MutantsResult,
  all: readonly Mutant[],
): Hunt {
  const { resume, out } = texts;
  const { asked, firstSeed, rootSeeds, surveySeeds } = begun;
  if (asked === undefined)
    throw new InputError(
      `--resume ${resume}: that hunt is of an older version and does not tell what it was asked for. Begin a new one.`,
    );
  if (out !== undefined)
    throw new InputError(`--resume ${resume}: a hunt goes on in its own folder. Leave out --out.`);
  const was: RaceFlagTexts = {
    seed: String(firstSeed),
    seeds: String(rootSeeds),
    processes: String(asked.processes),
    store: asked.store ?? undefined,
    level: asked.level ?? undefined,
    mutant: asked.mutants?.join(","),
  };
  for (const flag of Object.keys(was)) refuseOther(flag, texts[flag], was[flag], resume);
  const { options, mutants } = readHunt(was, all);
  return { options: { ...options, scenarios: asked.scenarios, surveySeeds }, mutants, asked };
}

function refuseOther(
  flag: string,
  given: string | undefined,
  was: string | undefined,
  resume: string | undefined,
): void {
  if (given === undefined) return;
  const same = flag === "mutant" ? sortedNames(given) === was : given === was;
  if (same) return;
  const began = was === undefined ? `without --${flag}` : `with --${flag} ${was}`;
  throw new InputError(
    `--resume ${resume}: that hunt began ${began}. Leave out --${flag} ${given}, or begin a new one.`,
  );
}

function sortedNames(text: string): string {
  const names = text.split(",").map((name) => name.trim());
  return [...new Set(names)].sort().join(",");
}
