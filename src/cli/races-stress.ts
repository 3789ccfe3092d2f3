/** `bench races --store postgres://…`: the stress form, in real time on a server. */
import { join } from "node:path";
import { InputError } from "../lib/errors.ts";
import { replaceFile } from "../lib/replace-file.ts";
import { runStress, STRESS_SCENARIOS } from "../races/stress/run-stress.ts";
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
import type { RaceFlagTexts, RaceSwitches } from "./races-flags.ts";
import { mutantsCommand } from "./races-mutants.ts";
import { racesProgress } from "./races-progress.ts";
import { freshRunId } from "./run-id.ts";

const SEEDS = "100";
const FIRST_SEED = "1";
const MOST_SEED = 0x7fffffff;
const MOST_SEEDS = 1_000_000;
const PERCENT = 100;

/** What the scheduled form alone takes. */
const SCHEDULED_FLAGS = ["level", "processes", "replay", "histories"] as const;
const SCHEDULED_SWITCHES = ["nightly", "selftest"];

/** The result's name in its folder. */
const STRESS_FILE = "stress.json";

/** Runs the campaign and returns the exit code. @throws InputError */
export async function stressCommand(
  store: string,
  texts: RaceFlagTexts,
  switches: RaceSwitches,
): Promise<number> {
  const server = readStore(store);
  if (server === null)
    throw new InputError(
      "--store duckdb: that is what bench races schedules; leave --store out, or name postgres://user@host/database.",
    );
  const other = [
    ...SCHEDULED_FLAGS.filter((flag) => texts[flag] !== undefined),
    ...SCHEDULED_SWITCHES.filter((flag) => switches.has(flag)),
  ];
  if (other.length > 0)
    throw new InputError(
      `--${other[0]} is for schedules on DuckDB; with --store, bench races takes --scenario, --seed, --seeds, --mutants, --out and --json.`,
    );
  const url = trialUrl(server, "_races");
  if (switches.has("mutants")) return mutantsCommand(texts, switches.has("json"), url);
  const options = {
    url,
    scenarios: scenariosOf(texts["scenario"]),
    firstSeed: wholeNumber("--seed", texts["seed"] ?? FIRST_SEED, 0, MOST_SEED),
    seeds: wholeNumber("--seeds", texts["seeds"] ?? SEEDS, 1, MOST_SEEDS),
  };
  const startedAt = new Date();
  const id = freshRunId(startedAt);
  const { path: folder } = createRunFolder(texts["out"] ?? join("results", "runs", id));
  const stop = hearInterruption();
  const progress = racesProgress(process.stderr, () => performance.now());
  try {
    const measured = await runStress(options, {
      signal: stop.signal,
      onProgress: (done, of, what) => progress.show(done, of, what),
    });
    progress.end();
    const { firstSeed, seeds, scenarios } = options;
    const result: StressResult = {
      schemaVersion: STRESS_SCHEMA_VERSION,
      kind: "races-stress",
      id,
      startedAt: startedAt.toISOString(),
      finishedAt: new Date().toISOString(),
      environment: await readEnvironment(folder),
      firstSeed,
      seeds,
      scenarios,
      ...measured,
      ended: endOf(measured, stop.signal.aborted),
    };
    const json = `${JSON.stringify(stressResultSchema.parse(result), null, 1)}\n`;
    await replaceFile(join(folder, STRESS_FILE), json);
    process.stdout.write(switches.has("json") ? json : render(result, store));
    if (measured.findings.length > 0) return EXIT.invariantViolated;
    return stop.signal.aborted ? EXIT.interrupted : EXIT.pass;
  } finally {
    progress.end();
    stop.end();
  }
}

function scenariosOf(text: string | undefined): readonly string[] {
  if (text === undefined) return STRESS_SCENARIOS;
  const named = text.split(",").map((name) => name.trim());
  for (const name of named)
    if (!STRESS_SCENARIOS.includes(name))
      throw new InputError(
        `--scenario ${name}: there is no such race scenario for a server; known are ${STRESS_SCENARIOS.join(", ")}.`,
      );
  return named;
}

function endOf(
  { findings }: Pick<StressResult, "findings">,
  interrupted: boolean,
): StressResult["ended"] {
  if (findings.length > 0) return "violated";
  return interrupted ? "interrupted" : "all";
}

function render(result: StressResult, store: string): string {
  const { server, runs, events, cuts, situations, findings, upperBound } = result;
  const lines = [
    `Stress on ${server}, in real time: ${runs} runs, ${events} events, ${cuts} connections cut.`,
    "A seed fixes the case and its waits, not the order: a finding may need several runs to come again.",
  ];
  const met = Object.entries(situations).sort((a, b) => b[1] - a[1]);
  lines.push(`Met, in runs: ${met.map(([name, count]) => `${name} ${count}`).join(" · ")}`);
  for (const { id, scenario, seed, message, timeline } of findings) {
    lines.push("", `${id} in ${scenario}, seed ${seed}: ${message}`);
    lines.push(...timeline.map((line) => `  ${line}`));
    lines.push(`bench races --store ${store} --scenario ${scenario} --seed ${seed} --seeds 1`);
  }
  if (upperBound !== null)
    lines.push(
      `No promise was broken: below ${(upperBound * PERCENT).toPrecision(2)} % of such runs break one, with 95 % confidence.`,
    );
  return `${lines.join("\n")}\n`;
}
