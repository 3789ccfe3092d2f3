/** Looks for each mutant with seeds over all scenarios, blindly, and tells how soon and by what it was found. */
import type { MutantsResult } from "../../results/mutants-result.ts";
import type { RaceViolation } from "../../results/race-violation.ts";
import { RaceProcess } from "../campaign/process-pool.ts";
import { type CampaignMeasurement, runCampaign } from "../campaign/run-campaign.ts";
import { RACE_SCENARIOS } from "../cases/scenarios.ts";
import { buildMutant, type Checkout } from "./build-mutant.ts";
import { type Found, huntInRealTime, type RealTimeHunt } from "./hunt-real-time.ts";
import type { Mutant } from "./mutant.ts";

/** How to hunt. */
export interface HuntOptions extends Omit<RealTimeHunt, "time"> {
  /** On files, in virtual or in real time; or where the mutants of the PostgreSQL store are hunted. */
  readonly time: "virtual" | RealTimeHunt["time"];
  /** Root seeds that run to their end once a mutant is found, so that levels and schedules can be compared. */
  readonly surveySeeds: number;
  readonly processes: number;
  readonly taskLimitMs: number;
}

/** What a hunt tells while it runs. */
export interface HuntHooks {
  readonly signal: AbortSignal;
  /** Never goes back. */
  elapsedMs(): number;
  onProgress(done: number, of: number, what: string): void;
  /** A mutant is through: called in order, and awaited. */
  onRow(row: MutantRow): Promise<void>;
}

/** One mutant's row. */
type MutantRow = MutantsResult["mutants"][number];

/** See the file's head: `hooks.onRow` hears of each mutant, in order; of fewer where it is interrupted. */
export async function hunt(
  checkout: Checkout,
  mutants: readonly Mutant[],
  options: HuntOptions,
  hooks: HuntHooks,
): Promise<void> {
  for (const [done, mutant] of mutants.entries()) {
    if (hooks.signal.aborted) return;
    hooks.onProgress(done, mutants.length, `mutants, now ${mutant.id}`);
    const one = new OneHunt(buildMutant(checkout, mutant), mutant, options, hooks);
    const row = await one.run();
    if (!hooks.signal.aborted) await hooks.onRow(row);
  }
}

class OneHunt {
  readonly #root: URL;
  readonly #mutant: Mutant;
  readonly #options: HuntOptions;
  readonly #hooks: HuntHooks;

  constructor(root: URL, mutant: Mutant, options: HuntOptions, hooks: HuntHooks) {
    this.#root = root;
    this.#mutant = mutant;
    this.#options = options;
    this.#hooks = hooks;
  }

  async run(): Promise<MutantRow> {
    const { time } = this.#options;
    const { value: found, seconds } = await this.#timed(() =>
      time === "virtual"
        ? this.#schedules()
        : huntInRealTime(this.#root, { ...this.#options, time }, this.#hooks.signal),
    );
    const { id, title, expects } = this.#mutant;
    const { anomaly, runs, violation, lift, liftingS = 0, rest } = found;
    return {
      id,
      title,
      expects: [...expects],
      found: anomaly,
      right: anomaly === null ? expects.length === 0 : expects.includes(anomaly),
      rootSeeds: Math.ceil(runs / this.#options.scenarios.length),
      runs,
      seconds: Math.max(0, Math.round((seconds - liftingS) * 10) / 10),
      ...rest,
      ...(lift === undefined ? {} : { lift }),
      shrunk: violation === undefined ? null : await this.#smaller(violation),
      survey: await this.#survey(found),
    };
  }

  /** Under the scheduler, on DuckDB. */
  async #schedules(): Promise<Found> {
    const first = await this.#campaign(this.#options.rootSeeds, false);
    const [violation] = first.violations;
    const broken = first.harnessErrors[0];
    const anomaly = violation?.findings[0]?.id ?? (broken === undefined ? null : "C9");
    return {
      runs: first.runs,
      anomaly,
      violation,
      first,
      rest: {
        message: violation?.findings[0]?.message ?? broken?.message ?? null,
        scenario: violation?.scenario ?? null,
        strategy: violation?.strategy ?? null,
        level: anomaly === null ? null : levelOf(violation?.scenario),
        seedLine: violation?.seedLine ?? null,
      },
    };
  }

  /** Of a mutant that was not found, the hunt itself; in real time there is none. */
  async #survey({ first, violation }: Found): Promise<MutantRow["survey"]> {
    if (first === null) return { runs: 0, levels: [], strategies: [] };
    if (violation === undefined) return surveyOf(first);
    return surveyOf(await this.#campaign(this.#options.surveySeeds, true));
  }

  #campaign(rootSeeds: number, keepGoing: boolean): Promise<CampaignMeasurement> {
    const { scenarios, firstSeed, processes, taskLimitMs } = this.#options;
    const seeds = rootSeeds * scenarios.length;
    const pool = { root: this.#root, taskLimitMs };
    return runCampaign(
      { scenarios, firstSeed, seeds, processes, keepGoing, shrinkMs: 0, pool },
      { signal: this.#hooks.signal, onProgress: () => undefined },
    );
  }

  /** What was lifted has been made small already. */
  async #smaller(violation: RaceViolation): Promise<MutantRow["shrunk"]> {
    const { shrunk, seedLine } = violation;
    return shrunk === null ? this.#shrink(violation) : { ...shrunk, seedLine };
  }

  /** Null where the shrink itself did not end. */
  async #shrink({ findings, seedLine: line }: RaceViolation): Promise<MutantRow["shrunk"]> {
    const { shrinkMs: budgetMs, taskLimitMs } = this.#options;
    const [finding] = findings;
    if (finding === undefined || budgetMs === 0 || this.#hooks.signal.aborted) return null;
    const one = new RaceProcess({ root: this.#root, taskLimitMs: budgetMs + taskLimitMs });
    const stop = (): void => one.stop();
    this.#hooks.signal.addEventListener("abort", stop, { once: true });
    const answer = await one.ask({ kind: "shrink", line, finding, budgetMs });
    this.#hooks.signal.removeEventListener("abort", stop);
    stop();
    if (answer.kind !== "shrink") return null;
    const { jobs, workers, preemptions, runs, seconds, replayed, replays } = answer;
    return { jobs, workers, preemptions, runs, replayed, replays, seconds, seedLine: answer.line };
  }

  async #timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
    const startMs = this.#hooks.elapsedMs();
    const value = await work();
    return { value, seconds: Math.round((this.#hooks.elapsedMs() - startMs) / 100) / 10 };
  }
}

function levelOf(scenario: string | undefined): "L1" | "L3" {
  return RACE_SCENARIOS.find(({ name }) => name === scenario)?.level ?? "L1";
}

/** Runs that showed something, of all runs, by level and by schedule. */
function surveyOf({ runs, scenarios, strategies }: CampaignMeasurement): MutantRow["survey"] {
  const levels = (["L1", "L3"] as const).map((level) => {
    const own = scenarios.filter(({ name }) => levelOf(name) === level);
    const sum = (of: (one: (typeof own)[number]) => number): number =>
      own.reduce((total, one) => total + of(one), 0);
    return { name: level, runs: sum((one) => one.runs), violations: sum((one) => one.violations) };
  });
  return { runs, levels, strategies };
}
