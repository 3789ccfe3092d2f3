/** `bench races`: flags → campaign → result file, tests and report. */
import { type CampaignMeasurement, runCampaign } from "../races/campaign/run-campaign.ts";
import { writeTests } from "../races/campaign/test-file.ts";
import { runStress, type StressHooks, type StressMeasurement } from "../races/stress/run-stress.ts";
import { STRESS_SCENARIOS } from "../races/stress/stress-seed.ts";
import { renderRaces } from "../report/races/render-races.ts";
import { readEnvironment } from "../results/environment.ts";
import { RACES_SCHEMA_VERSION, type RacesResult } from "../results/races-result.ts";
import { writeRacesResult } from "../results/races-result-file.ts";
import { EXIT } from "./exit-codes.ts";
import { interruptedBefore } from "./interruption.ts";
import { type RaceFlagTexts, type RaceSwitches, readRaceOptions } from "./races-flags.ts";
import { openRacesFolder, type RacesFolder } from "./races-folder.ts";
import { readMode } from "./races-mode.ts";
import { mutantsCommand } from "./races-mutants.ts";
import { racesProgress } from "./races-progress.ts";
import { replayCommand } from "./races-replay.ts";
import { selftestCommand } from "./races-selftest.ts";
import { copied, STRESS_POOL, stressCommand } from "./races-stress.ts";
import { terminal } from "./terminal.ts";

/** The command line of `bench races`, as typed. */
export interface RacesArguments {
  readonly texts: RaceFlagTexts;
  readonly switches: RaceSwitches;
}

const EXIT_OF: Readonly<Record<RacesResult["verdict"], number>> = {
  clean: EXIT.pass,
  violated: EXIT.invariantViolated,
  incomplete: EXIT.inconclusive,
  broken: EXIT.internalError,
};

/** Runs what is asked for until `signal` stops it, and returns the exit code. @throws InputError */
export async function racesCommand(
  { texts, switches }: RacesArguments,
  signal: AbortSignal,
): Promise<number> {
  const mode = readMode(texts, switches);
  const asJson = switches.has("json");
  if (mode === "stress") return stressCommand(texts, switches, signal);
  if (mode === "mutants") return mutantsCommand(texts, asJson, signal);
  if (mode === "selftest") return selftestCommand(texts, asJson, signal);
  const options = readRaceOptions(texts, switches);
  const { replay, out } = texts;
  if (replay !== undefined) return replayCommand(replay, asJson, options.pool, signal);
  const place = openRacesFolder(out);
  const progress = racesProgress(process.stderr, () => performance.now());
  const hooks: StressHooks = {
    signal,
    onProgress: (done, of, what) => progress.show(done, of, what),
  };
  try {
    const measured = await runCampaign(options, hooks);
    const stress =
      switches.has("nightly") && !signal.aborted ? await stressed(hooks, place.path) : null;
    progress.end();
    if (measured.runs === 0 && measured.harnessErrors.length === 0) {
      place.discard();
      return interruptedBefore("the first seed had ended");
    }
    return await finish(measured, stress, place, switches);
  } finally {
    progress.end();
  }
}

/** Runs in real time that a nightly campaign adds. */
const NIGHTLY_STRESS = { firstSeed: 1, seeds: 300, scenarios: STRESS_SCENARIOS };

async function stressed(hooks: StressHooks, folder: string): Promise<Stress> {
  const measured: StressMeasurement = await runStress(STRESS_POOL, NIGHTLY_STRESS, hooks);
  return copied(measured, folder);
}

type Stress = NonNullable<RacesResult["stress"]>;

async function finish(
  measured: CampaignMeasurement,
  stress: Stress | null,
  { id, startedAt, path: folder }: RacesFolder,
  switches: RaceSwitches,
): Promise<number> {
  const result: RacesResult = {
    schemaVersion: RACES_SCHEMA_VERSION,
    kind: "races",
    id,
    startedAt,
    finishedAt: new Date().toISOString(),
    environment: await readEnvironment(folder),
    ...measured,
    ...(stress === null ? {} : { stress, verdict: worse(measured.verdict, stress) }),
    violations: writeTests(folder, measured.violations),
  };
  await writeRacesResult(folder, result);
  const text = switches.has("json")
    ? `${JSON.stringify(result, null, 2)}\n`
    : renderRaces(result, { ...terminal(), folder });
  process.stdout.write(text);
  const stopped = result.ended === "interrupted" || (stress !== null && stress.runs < stress.seeds);
  if (stopped && result.verdict !== "violated") return EXIT.interrupted;
  return EXIT_OF[result.verdict];
}

/** The verdict of a campaign and the runs in real time after it. */
function worse(verdict: RacesResult["verdict"], stress: Stress): RacesResult["verdict"] {
  if (stress.findings.length > 0) return "violated";
  return verdict === "clean" && stress.harnessErrors.length > 0 ? "broken" : verdict;
}
