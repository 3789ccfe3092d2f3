/** A campaign: seeds over scenarios on several processes, until the first violation or all are done. */
import type { RaceViolation } from "../../results/race-violation.ts";
import type { RacesResult } from "../../results/races-result.ts";
import { exactUpperBound } from "../../stats/intervals.ts";
import { copyOf, makeSmall } from "./make-small.ts";
import { type NoAnswer, type PoolOptions, RaceProcess } from "./process-pool.ts";
import type { RaceAnswer, SeedOutcome } from "./race-message.ts";
import { ENOUGH_SEEDS, wantedSituations } from "./sometimes.ts";
import { CampaignTally } from "./tally.ts";

/** What a campaign does. */
export interface CampaignOptions {
  /** Names of scenarios; at least one. */
  readonly scenarios: readonly string[];
  readonly firstSeed: number;
  readonly seeds: number;
  readonly processes: number;
  /** Go on after a violation; the same anomaly of one scenario is told once. */
  readonly keepGoing: boolean;
  /** Time to make a finding small. */
  readonly shrinkMs: number;
  readonly pool: PoolOptions;
}

/** What a campaign tells while it runs. */
export interface CampaignHooks {
  readonly signal: AbortSignal;
  onProgress(done: number, of: number, what: string): void;
}

/** What a campaign measured: the result without its identity. */
export type CampaignMeasurement = Omit<
  RacesResult,
  "schemaVersion" | "kind" | "id" | "startedAt" | "finishedAt" | "environment" | "stress"
>;

/** One seed in so many runs twice. */
const TWICE_EVERY = 50;

/** Violations that are made small; more of them tell nothing new. */
const MOST_TOLD = 5;

/** See the file's head. */
export async function runCampaign(
  options: CampaignOptions,
  hooks: CampaignHooks,
): Promise<CampaignMeasurement> {
  const pool = Array.from({ length: options.processes }, () => new RaceProcess(options.pool));
  const stop = (): void => {
    for (const one of pool) one.stop();
  };
  hooks.signal.addEventListener("abort", stop, { once: true });
  const campaign = new Campaign(options, hooks, pool);
  try {
    return await campaign.run();
  } finally {
    hooks.signal.removeEventListener("abort", stop);
    stop();
  }
}

class Campaign {
  readonly #options: CampaignOptions;
  readonly #hooks: CampaignHooks;
  readonly #pool: readonly RaceProcess[];
  readonly #tally = new CampaignTally();
  readonly #bad: SeedOutcome[] = [];
  #next: number;

  constructor(options: CampaignOptions, hooks: CampaignHooks, pool: readonly RaceProcess[]) {
    this.#options = options;
    this.#hooks = hooks;
    this.#pool = pool;
    this.#next = options.firstSeed;
  }

  async run(): Promise<CampaignMeasurement> {
    await Promise.all(this.#pool.map((one) => this.#work(one)));
    const violations = await this.#tellViolations();
    const { firstSeed, seeds, processes } = this.#options;
    const situations = wantedSituations(this.#tally.situations);
    const perScenario = this.#fewestRuns();
    const enough = perScenario >= ENOUGH_SEEDS;
    const missed = enough && situations.some(({ met }) => met === 0);
    const interrupted = this.#hooks.signal.aborted;
    const broken = this.#tally.different.length + this.#tally.harnessErrors.length > 0;
    const whole = this.#next >= firstSeed + seeds && !interrupted;
    return {
      firstSeed,
      seeds,
      processes,
      ...this.#tally.figures(),
      situations: enough ? situations : [],
      tooFewSeeds: enough ? null : { perScenario, needed: ENOUGH_SEEDS },
      violations,
      upperBound:
        this.#bad.length > 0 || this.#tally.runs === 0
          ? null
          : exactUpperBound(0, this.#tally.runs),
      verdict:
        this.#bad.length > 0 ? "violated" : broken ? "broken" : missed ? "incomplete" : "clean",
      ended: interrupted ? "interrupted" : whole ? "seeds" : "violation",
    };
  }

  /** Of the scenario that ran the least. */
  #fewestRuns(): number {
    const { scenarios } = this.#tally.figures();
    const runs = this.#options.scenarios.map(
      (name) => scenarios.find((one) => one.name === name)?.runs ?? 0,
    );
    return Math.min(...runs);
  }

  /** One process takes seed after seed. */
  async #work(one: RaceProcess): Promise<void> {
    const { firstSeed, seeds, scenarios, keepGoing } = this.#options;
    while (this.#next < firstSeed + seeds && !this.#hooks.signal.aborted) {
      if (this.#bad.length > 0 && !keepGoing) return;
      const seed = this.#next++;
      const twice = seed % TWICE_EVERY === 0;
      const answer = await one.ask({ kind: "seed", seed, scenarios, twice });
      if (this.#hooks.signal.aborted) return;
      this.#take(seed, answer);
      this.#hooks.onProgress(this.#tally.runs, seeds, "seeds");
    }
  }

  #take(seed: number, answer: RaceAnswer | NoAnswer): void {
    if (answer.kind === "seed") {
      this.#tally.add(answer);
      if (answer.findings.length > 0) this.#bad.push(answer);
    } else this.#tally.harnessErrors.push({ seed, message: messageFor(answer) });
  }

  /** The first of each anomaly of each scenario, made small. */
  async #tellViolations(): Promise<RaceViolation[]> {
    const told = new Map<string, SeedOutcome>();
    for (const outcome of this.#bad) {
      const key = `${outcome.scenario} ${outcome.findings[0]?.id}`;
      if (!told.has(key) && told.size < MOST_TOLD) told.set(key, outcome);
    }
    const violations: RaceViolation[] = [];
    for (const outcome of told.values()) {
      this.#hooks.onProgress(violations.length, told.size, "findings made small");
      violations.push(await this.#makeSmall(outcome));
    }
    return violations;
  }

  async #makeSmall(outcome: SeedOutcome): Promise<RaceViolation> {
    const { scenario, seed, strategy, findings, line } = outcome;
    const whole: RaceViolation = {
      scenario,
      seed,
      strategy,
      findings: findings.map(copyOf),
      seedLine: line,
      shrunk: null,
      testFile: null,
    };
    const [one] = this.#pool;
    if (one === undefined || this.#hooks.signal.aborted) return whole;
    return makeSmall(one, whole, this.#options.shrinkMs);
  }
}

function messageFor(answer: RaceAnswer | NoAnswer): string {
  return "message" in answer ? answer.message : `an answer of kind ${answer.kind}`;
}
