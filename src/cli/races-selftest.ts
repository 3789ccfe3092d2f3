/** `bench races --selftest`: the checks against histories of which the truth is known. */
import { join } from "node:path";
import { replaceFile } from "../lib/replace-file.ts";
import { runSelftest } from "../races/selftest/run-selftest.ts";
import { renderCheckerSelftest } from "../report/races/render-checker-selftest.ts";
import {
  CHECKER_SELFTEST_SCHEMA_VERSION,
  type CheckerSelftestResult,
} from "../results/checker-selftest-result.ts";
import { readEnvironment } from "../results/environment.ts";
import { EXIT } from "./exit-codes.ts";
import { wholeNumber } from "./flag-values.ts";
import { interruptedBefore } from "./interruption.ts";
import type { RaceFlagTexts } from "./races-flags.ts";
import { openRacesFolder, SELFTEST_FILE } from "./races-folder.ts";
import { racesProgress } from "./races-progress.ts";
import { terminal } from "./terminal.ts";

const INJECTIONS = "100";
const MOST_INJECTIONS = 100_000;

/** Share of the answers that become `info` in histories that must stay silent. */
const DOUBT = 0.3;

/** Returns the exit code: 6 where a check was silent, spoke wrongly, or another one before it. @throws InputError */
export async function selftestCommand(
  texts: RaceFlagTexts,
  asJson: boolean,
  signal: AbortSignal,
): Promise<number> {
  const injections = wholeNumber("--seeds", texts["seeds"] ?? INJECTIONS, 1, MOST_INJECTIONS);
  const firstSeed = wholeNumber("--seed", texts["seed"] ?? "1", 0, 0x7fffffff);
  const histories = wholeNumber(
    "--histories",
    texts["histories"] ?? String(injections),
    1,
    MOST_INJECTIONS,
  );
  const { id, startedAt, path: folder, discard } = openRacesFolder(texts["out"]);
  const progress = racesProgress(process.stderr, () => performance.now());
  const outcome = await runSelftest({
    ...{ firstSeed, injections, histories, doubt: DOUBT, signal },
    onProgress: (done, of, what) => progress.show(done, of, what),
  });
  progress.end();
  const { anomalies, silence, passed, ways, ended } = outcome;
  if (ended === "interrupted" && silence.length === 0) {
    discard();
    return interruptedBefore("the first history was judged");
  }
  const result: CheckerSelftestResult = {
    schemaVersion: CHECKER_SELFTEST_SCHEMA_VERSION,
    kind: "race-checker-selftest",
    id,
    startedAt,
    finishedAt: new Date().toISOString(),
    environment: await readEnvironment(folder),
    ...{ firstSeed, injections, doubt: DOUBT, passed, ways, ended },
    anomalies: anomalies.map((row) => ({
      ...row,
      others: [...row.others],
      faultySeeds: [...row.faultySeeds],
    })),
    silence: silence.map((row) => ({ ...row, alarms: [...row.alarms] })),
  };
  const json = `${JSON.stringify(result, null, 1)}\n`;
  await replaceFile(join(folder, SELFTEST_FILE), json);
  process.stdout.write(asJson ? json : renderCheckerSelftest(result, terminal()));
  if (ended === "interrupted") return EXIT.interrupted;
  return passed ? EXIT.pass : EXIT.invariantViolated;
}
