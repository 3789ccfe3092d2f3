/** The flags of `bench races`: what they are, and how their texts become options. */
import { InputError } from "../lib/errors.ts";
import type { CampaignOptions } from "../races/campaign/run-campaign.ts";
import { RACE_SCENARIOS, scenarioNames } from "../races/cases/scenarios.ts";
import { wholeNumber } from "./flag-values.ts";

/** Texts as typed, by flag name; absent flags are undefined. */
export type RaceFlagTexts = Readonly<Record<string, string | undefined>>;

/** Flags that take a value. */
export const RACE_TEXT_FLAGS = {
  scenario: "scenarios, with commas between (default: all)",
  level:
    "L1: schedules alone; L3: those in which something breaks (default: both); L2: in real time on real threads",
  seed: "the first seed (default 1)",
  seeds: "how many seeds (default 500, with --nightly 20000)",
  processes: "processes that run seeds (default 2; with L2, of each size of thread pool)",
  replay: "run one finding again: its seed line",
  histories: "with --selftest: valid histories that must stay silent (default: as --seeds)",
  mutant: "with --mutants: only these, with commas between",
  resume: "with --mutants: go on with the hunt of this folder",
  store:
    "postgres://user@host/database: in real time on a server, see docs/RACES.md (default: DuckDB)",
  out: "folder for the result and the tests that are written (default results/runs/<id>)",
} as const satisfies Readonly<Record<string, string>>;

/** Flags that are on or off. */
export const RACE_SWITCHES = {
  nightly:
    "20,000 seeds, with kills at every step, and 300 in real time; goes on after a violation",
  mutants:
    "put known faults into copies of the engine and tell how soon each is found (in a checkout)",
  selftest: "judge the 49 checks: one known anomaly in each of 100 valid histories per check",
  json: "print one JSON document",
} as const satisfies Readonly<Record<string, string>>;

/** The names of {@link RACE_SWITCHES} that are on. */
export type RaceSwitches = ReadonlySet<string>;

const SEEDS = "500";
const NIGHTLY_SEEDS = "20000";
const FIRST_SEED = "1";
const PROCESSES = "2";
const MOST_SEEDS = 10_000_000;
const MOST_SEED = 0x7fffffff;
const MOST_PROCESSES = 256;

/** Time to make a finding small. */
export const SHRINK_MS = 25_000;

/** Time to lift a finding in real time into a schedule. */
export const LIFT_MS = 30_000;

/** A seed takes well below a second; this is a process that hangs. */
const TASK_LIMIT_MS = 60_000;

/** Reads the options. @throws InputError that names the flag */
export function readRaceOptions(texts: RaceFlagTexts, switches: RaceSwitches): CampaignOptions {
  const nightly = switches.has("nightly");
  const { seed = FIRST_SEED, seeds = nightly ? NIGHTLY_SEEDS : SEEDS } = texts;
  return {
    scenarios: readScenarios(texts["scenario"], texts["level"], nightly),
    firstSeed: wholeNumber("--seed", seed, 0, MOST_SEED),
    seeds: wholeNumber("--seeds", seeds, 1, MOST_SEEDS),
    processes: wholeNumber("--processes", texts["processes"] ?? PROCESSES, 1, MOST_PROCESSES),
    keepGoing: nightly,
    shrinkMs: SHRINK_MS,
    pool: { taskLimitMs: TASK_LIMIT_MS },
  };
}

function readScenarios(
  text: string | undefined,
  level: string | undefined,
  nightly: boolean,
): string[] {
  const known = RACE_SCENARIOS.map(({ name }) => name);
  if (level !== undefined && level !== "L1" && level !== "L3")
    throw new InputError(`--level ${level}: there is no such level; known are L1, L2, L3.`);
  if (text === undefined) return scenarioNames(level ?? null, nightly || level === "L3");
  if (level !== undefined)
    throw new InputError("--level and --scenario both choose scenarios. Give one of them.");
  return readNames("--scenario", text, known, `race scenario; known are ${known.join(", ")}.`);
}

/** Reads names with commas between, each once. `what` ends the sentence "there is no such …". @throws InputError */
export function readNames(
  flag: string,
  text: string,
  known: readonly string[],
  what: string,
): string[] {
  const named = text.split(",").map((name) => name.trim());
  for (const name of named) {
    if (name === "") throw new InputError(`${flag} ${JSON.stringify(text)}: a name is empty.`);
    if (!known.includes(name)) throw new InputError(`${flag} ${name}: there is no such ${what}`);
  }
  return [...new Set(named)];
}
