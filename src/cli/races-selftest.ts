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
import { createRunFolder } from "../runner/run-folder.ts";
import { EXIT } from "./exit-codes.ts";
import { wholeNumber } from "./flag-values.ts";
import type { RaceFlagTexts } from "./races-flags.ts";
import { racesProgress } from "./races-progress.ts";
import { freshRunId } from "./run-id.ts";
import { terminal } from "./terminal.ts";

const INJECTIONS = "100";
const MOST_INJECTIONS = 100_000;

/** Share of the answers that become `info` in histories that must stay silent. */
const DOUBT = 0.3;

/** Returns the exit code: 6 where a check was silent, spoke wrongly, or another one before it. @throws InputError */
export async function selftestCommand(texts: RaceFlagTexts, asJson: boolean): Promise<number> {
  const injections = wholeNumber("--seeds", texts["seeds"] ?? INJECTIONS, 1, MOST_INJECTIONS);
  const firstSeed = wholeNumber("--seed", texts["seed"] ?? "1", 0, 0x7fffffff);
  const histories = wholeNumber(
    "--histories",
    texts["histories"] ?? String(injections),
    1,
    MOST_INJECTIONS,
  );
  const now = new Date();
  const id = freshRunId(now);
  const { path: folder } = createRunFolder(texts["out"] ?? join("results", "runs", id));
  const progress = racesProgress(process.stderr, () => performance.now());
  const outcome = runSelftest({
    ...{ firstSeed, injections, histories, doubt: DOUBT },
    onProgress: (done, of, what) => progress.show(done, of, what),
  });
  progress.end();
  const { anomalies, silence, passed } = outcome;
  const result: CheckerSelftestResult = {
    schemaVersion: CHECKER_SELFTEST_SCHEMA_VERSION,
    kind: "race-checker-selftest",
    id,
    startedAt: now.toISOString(),
    finishedAt: new Date().toISOString(),
    environment: await readEnvironment(folder),
    ...{ firstSeed, injections, doubt: DOUBT, passed },
    anomalies: anomalies.map((row) => ({
      ...row,
      others: [...row.others],
      faultySeeds: [...row.faultySeeds],
    })),
    silence: silence.map((row) => ({ ...row, alarms: [...row.alarms] })),
  };
  const json = `${JSON.stringify(result, null, 1)}\n`;
  await replaceFile(join(folder, "selftest.json"), json);
  process.stdout.write(asJson ? json : renderCheckerSelftest(result, terminal()));
  return passed ? EXIT.pass : EXIT.invariantViolated;
}
