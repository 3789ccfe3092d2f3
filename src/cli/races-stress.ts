/** `bench races --store postgres://…`: the stress form, in real time on a server. */
import { InputError } from "../lib/errors.ts";
import { runStress, STRESS_SCENARIOS, type StressMeasurement } from "../races/stress/run-stress.ts";
import { readStore, trialUrl } from "../runner/plan-store.ts";
import { EXIT } from "./exit-codes.ts";
import { wholeNumber } from "./flag-values.ts";
import { hearInterruption } from "./interruption.ts";
import type { RaceFlagTexts, RaceSwitches } from "./races-flags.ts";
import { racesProgress } from "./races-progress.ts";

const SEEDS = "100";
const FIRST_SEED = "1";
const MOST_SEED = 0x7fffffff;
const MOST_SEEDS = 1_000_000;
const PERCENT = 100;

/** What the scheduled form alone takes. */
const SCHEDULED_FLAGS = ["level", "processes", "replay", "histories", "mutant", "out"] as const;
const SCHEDULED_SWITCHES = ["nightly", "mutants", "selftest"];

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
      `--${other[0]} is for schedules on DuckDB; with --store, bench races takes --scenario, --seed, --seeds and --json.`,
    );
  const options = {
    url: trialUrl(server, "_races"),
    scenarios: scenariosOf(texts["scenario"]),
    firstSeed: wholeNumber("--seed", texts["seed"] ?? FIRST_SEED, 0, MOST_SEED),
    seeds: wholeNumber("--seeds", texts["seeds"] ?? SEEDS, 1, MOST_SEEDS),
  };
  const stop = hearInterruption();
  const progress = racesProgress(process.stderr, () => performance.now());
  try {
    const measured = await runStress(options, {
      signal: stop.signal,
      onProgress: (done, of, what) => progress.show(done, of, what),
    });
    progress.end();
    const { firstSeed, seeds, scenarios } = options;
    const result = { kind: "races-stress", firstSeed, seeds, scenarios, ...measured };
    process.stdout.write(
      switches.has("json") ? `${JSON.stringify(result, null, 2)}\n` : render(measured, store),
    );
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

function render(measured: StressMeasurement, store: string): string {
  const { runs, events, cuts, situations, findings, upperBound } = measured;
  const lines = [
    `Stress on PostgreSQL, in real time: ${runs} runs, ${events} events, ${cuts} connections cut.`,
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
