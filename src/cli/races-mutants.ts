/** `bench races --mutants`: puts faults into copies of the engine and tells how soon each is found. */
import { InputError } from "../lib/errors.ts";
import { findCheckout } from "../races/mutants/build-mutant.ts";
import { hunt } from "../races/mutants/hunt.ts";
import { type Mutant, readMutants } from "../races/mutants/mutant.ts";
import { renderMutants } from "../report/races/render-mutants.ts";
import { readEnvironment } from "../results/environment.ts";
import { MUTANTS_SCHEMA_VERSION, type MutantsResult } from "../results/mutants-result.ts";
import { readMutantsResult, writeMutants } from "../results/mutants-result-file.ts";
import { EXIT } from "./exit-codes.ts";
import { interruptedBefore } from "./interruption.ts";
import type { RaceFlagTexts } from "./races-flags.ts";
import { huntAgain, openRacesFolder } from "./races-folder.ts";
import { type Hunt, readHunt, readHuntAgain } from "./races-hunt.ts";
import { racesProgress } from "./races-progress.ts";
import { placeOnServer } from "./races-stress.ts";
import { terminal } from "./terminal.ts";

/** Returns the exit code: 6 where a mutant was missed, told by a wrong name, or a benign one blamed. @throws InputError */
export async function mutantsCommand(
  texts: RaceFlagTexts,
  asJson: boolean,
  signal: AbortSignal,
): Promise<number> {
  const checkout = findCheckout();
  const all = readMutants(checkout.mutants);
  const { folder, begun, options, mutants } = await openHunt(texts, all);
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
    signal,
    elapsedMs: () => performance.now(),
    onProgress: (done, of, what) => progress.show(done, of, what),
    onRow: (row) => save([...result.mutants, row]),
  });
  progress.end();
  return tell(result, asJson ? json : null, folder);
}

/** Prints the record, `json` or as text, and returns the exit code. */
function tell(result: MutantsResult, json: string | null, folder: string): number {
  const { mutants, ended } = result;
  if (json !== null) process.stdout.write(json);
  else if (mutants.length > 0) process.stdout.write(renderMutants(result, terminal()));
  if (ended === "all")
    return mutants.every(({ right }) => right) ? EXIT.pass : EXIT.invariantViolated;
  if (mutants.length === 0) interruptedBefore("the first mutant was through");
  process.stderr.write(`bench: to go on: ${huntAgain(folder)}\n`);
  return EXIT.interrupted;
}

interface OpenHunt extends Hunt {
  readonly folder: string;
  /** What an earlier part of it found; nothing at its beginning. */
  readonly begun: MutantsResult;
}

/** A new hunt, or one that goes on. @throws InputError where it was asked for something else, or of another engine */
async function openHunt(texts: RaceFlagTexts, all: readonly Mutant[]): Promise<OpenHunt> {
  const { resume: again } = texts;
  if (again !== undefined) {
    const begun = readMutantsResult(again);
    const { commit } = await readEnvironment(again);
    if (begun.environment.commit !== commit)
      throw new InputError(
        `--resume ${again}: that hunt is of commit ${begun.environment.commit}, and this is ${commit}: faults of two engines would stand in one record. Begin a new one.`,
      );
    const was = readHuntAgain(texts, begun, all);
    await reachServer(was);
    return { ...was, folder: again, begun };
  }
  const asked = readHunt(texts, all);
  await reachServer(asked);
  const { firstSeed, rootSeeds, surveySeeds } = asked.options;
  const { id, startedAt, path: folder } = openRacesFolder(texts["out"]);
  const begun: MutantsResult = {
    schemaVersion: MUTANTS_SCHEMA_VERSION,
    kind: "race-mutants",
    id,
    startedAt,
    finishedAt: startedAt,
    environment: await readEnvironment(folder),
    ...{ firstSeed, rootSeeds, surveySeeds },
    asked: asked.asked,
    mutants: [],
    ended: "interrupted",
  };
  return { ...asked, folder, begun };
}

/** @throws InputError where the hunt is on a server that does not answer */
async function reachServer({ asked: { store } }: Hunt): Promise<void> {
  if (store !== null) await (await placeOnServer(store)).close();
}
