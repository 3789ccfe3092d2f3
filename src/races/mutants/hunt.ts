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
  const { scenarios, firstSeed, rootSeeds, processes, taskLimitMs } = options;
  const root = buildMutant(checkout, mutant);
  const startMs = elapsedMs();
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
  const { id, title, expects } = mutant;
  const anomaly = violation?.findings[0]?.id ?? (broken === undefined ? null : "C9");
  return {
    id,
    title,
    expects: [...expects],
    found: anomaly,
    message: violation?.findings[0]?.message ?? broken?.message ?? null,
    right: anomaly === null ? expects.length === 0 : expects.includes(anomaly),
    rootSeeds: Math.ceil(found.runs / scenarios.length),
    runs: found.runs,
    seconds: Math.round((elapsedMs() - startMs) / 100) / 10,
    scenario: violation?.scenario ?? null,
    strategy: violation?.strategy ?? null,
    level:
      anomaly === null
        ? null
        : (RACE_SCENARIOS.find(({ name }) => name === violation?.scenario)?.level ?? "L1"),
    seedLine: violation?.seedLine ?? null,
  };
}
