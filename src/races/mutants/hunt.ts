/** Looks for each mutant with seeds over all scenarios, blindly, and tells how soon and by what it was found. */
import type { MutantsResult } from "../../results/mutants-result.ts";
import { runCampaign } from "../campaign/run-campaign.ts";
import { RACE_SCENARIOS } from "../cases/scenarios.ts";
import { buildMutant, type Checkout } from "./build-mutant.ts";
import type { Mutant } from "./mutant.ts";

/** How to hunt. */
export interface HuntOptions {
  readonly scenarios: readonly string[];
  readonly firstSeed: number;
  /** Root seeds at most: each is one seed of every scenario. */
  readonly rootSeeds: number;
  readonly processes: number;
  readonly taskLimitMs: number;
  /** Where the mutants of the PostgreSQL store are hunted. */
  readonly server: string | null;
}

/** What was found first, if anything. */
interface Found {
  readonly runs: number;
  readonly anomaly: string | null;
  readonly message: string | null;
  readonly scenario: string | null;
  readonly strategy: string | null;
  readonly seedLine: string | null;
}

/** What a hunt tells while it runs. */
export interface HuntHooks {
  readonly signal: AbortSignal;
  /** Never goes back. */
  elapsedMs(): number;
  onProgress(done: number, of: number, what: string): void;
}

/** One mutant's row. */
export type MutantRow = MutantsResult["mutants"][number];

/** See the file's head: a row for each mutant, in order; fewer where it was interrupted. */
export async function hunt(
  checkout: Checkout,
  mutants: readonly Mutant[],
  options: HuntOptions,
  hooks: HuntHooks,
): Promise<MutantRow[]> {
  const rows: MutantRow[] = [];
  for (const mutant of mutants) {
    if (hooks.signal.aborted) break;
    hooks.onProgress(rows.length, mutants.length, `mutants, now ${mutant.id}`);
    const row = await huntOne(checkout, mutant, options, hooks);
    if (!hooks.signal.aborted) rows.push(row);
  }
  return rows;
}

async function huntOne(
  checkout: Checkout,
  mutant: Mutant,
  options: HuntOptions,
  { signal, elapsedMs }: HuntHooks,
): Promise<MutantRow> {
  const root = buildMutant(checkout, mutant);
  const startMs = elapsedMs();
  const found =
    options.server === null
      ? await schedule(root, options, signal)
      : await stress(root, options.server, options, signal);
  const { anomaly, message, runs, scenario, strategy, seedLine } = found;
  const { id, title, expects } = mutant;
  return {
    id,
    title,
    expects: [...expects],
    found: anomaly,
    message,
    right: anomaly === null ? expects.length === 0 : expects.includes(anomaly),
    rootSeeds: Math.ceil(runs / options.scenarios.length),
    runs,
    seconds: Math.round((elapsedMs() - startMs) / 100) / 10,
    scenario,
    strategy,
    level:
      anomaly === null
        ? null
        : (RACE_SCENARIOS.find(({ name }) => name === scenario)?.level ?? "L1"),
    seedLine,
  };
}

/** Under the scheduler, on DuckDB. */
async function schedule(
  root: URL,
  { scenarios, firstSeed, rootSeeds, processes, taskLimitMs }: HuntOptions,
  signal: AbortSignal,
): Promise<Found> {
  const found = await runCampaign(
    {
      scenarios,
      firstSeed,
      seeds: rootSeeds * scenarios.length,
      processes,
      keepGoing: false,
      shrinkMs: 0,
      pool: { root, taskLimitMs },
    },
    { signal, onProgress: () => undefined },
  );
  const [violation] = found.violations;
  const broken = found.harnessErrors[0];
  return {
    runs: found.runs,
    anomaly: violation?.findings[0]?.id ?? (broken === undefined ? null : "C9"),
    message: violation?.findings[0]?.message ?? broken?.message ?? null,
    scenario: violation?.scenario ?? null,
    strategy: violation?.strategy ?? null,
    seedLine: violation?.seedLine ?? null,
  };
}

/** In real time, on a server: the copy runs its own stress. */
async function stress(
  root: URL,
  url: string,
  { scenarios, firstSeed, rootSeeds }: HuntOptions,
  signal: AbortSignal,
): Promise<Found> {
  const module = new URL("races/stress/run-stress.js", root).href;
  const { runStress } = (await import(module)) as typeof import("../stress/run-stress.ts");
  const { runs, findings } = await runStress(
    { url, scenarios, firstSeed, seeds: rootSeeds * scenarios.length },
    { signal, onProgress: () => undefined },
  );
  const [finding] = findings;
  return {
    runs,
    anomaly: finding?.id ?? null,
    message: finding?.message ?? null,
    scenario: finding?.scenario ?? null,
    strategy: finding === undefined ? null : "real time",
    seedLine: null,
  };
}
