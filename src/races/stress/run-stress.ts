/** A campaign of seeded cases in real time. A seed fixes the case and its waits; the order is up to the machine. */
import type { StressLift } from "../../results/stress-result.ts";
import { exactUpperBound } from "../../stats/intervals.ts";
import { type NoAnswer, RaceProcess } from "../campaign/process-pool.ts";
import type { RaceAnswer } from "../campaign/race-message.ts";
import { POOL_SIZES, threadsOf } from "./duckdb-place.ts";
import { type Failing, type LiftBudget, liftFailing } from "./lift-failing.ts";
import type { StressPlace } from "./stress-place.ts";
import { runStressSeed, type StressFinding } from "./stress-seed.ts";

/** What a stress campaign does. */
export interface StressOptions {
  readonly scenarios: readonly string[];
  readonly firstSeed: number;
  readonly seeds: number;
}

/** Where a campaign on DuckDB runs, and what it does with what it finds. */
export interface StressPool {
  /** Processes of each size of the thread pool. */
  readonly each: number;
  /** Time to lift a finding into a schedule, and the time to make that small. */
  readonly liftMs: number;
  readonly shrinkMs: number;
  /** As in {@link PoolOptions}. */
  readonly root?: URL;
}

/** What a stress campaign tells while it runs. */
export interface StressHooks {
  readonly signal: AbortSignal;
  onProgress(done: number, of: number, what: string): void;
}

/** What it showed. */
export interface StressMeasurement extends StressOptions {
  /** Such as `PostgreSQL 18.4`. */
  readonly server: string;
  readonly runs: number;
  readonly events: number;
  /** Connections that were cut. */
  readonly cuts: number;
  /** What came up, and in how many runs. */
  readonly situations: Readonly<Record<string, number>>;
  readonly findings: readonly StressFinding[];
  /** What came of the findings' orders under the scheduler. */
  readonly lifts: readonly StressLift[];
  /** Seeds that the harness itself could not run. */
  readonly harnessErrors: readonly { readonly seed: number; readonly message: string }[];
  /** Below this share of such runs violates, with 95 % confidence; null where one did, or none ran. */
  readonly upperBound: number | null;
  readonly ended: "all" | "violated" | "interrupted";
}

/** Who runs seeds, one after the other. */
interface Runner {
  /** Whether it may run this one. */
  takes(seed: number): boolean;
  run(seed: number): Promise<RaceAnswer | NoAnswer>;
}

/** Orders that are tried where none becomes a schedule. */
const MOST_LIFTED = 3;

/** A case waits for seconds by intention; this is a process that hangs. */
const TASK_LIMIT_MS = 240_000;

/** On a server, in this process, until a seed breaks a promise, all are done, or the signal says so. */
export async function runStressOn(
  place: StressPlace,
  options: StressOptions,
  hooks: StressHooks,
): Promise<StressMeasurement> {
  const campaign = new StressCampaign(options, hooks);
  await campaign.work({
    takes: () => true,
    run: (seed) => runStressSeed(seed, options.scenarios, place),
  });
  return campaign.result(place.name);
}

/** On DuckDB files, in processes of all sizes of thread pools; what is found is lifted into a schedule. */
export async function runStress(
  { each, root, ...budget }: StressPool,
  options: StressOptions,
  hooks: StressHooks,
): Promise<StressMeasurement> {
  const campaign = new StressCampaign(options, hooks);
  const pool = { taskLimitMs: TASK_LIMIT_MS, ...(root === undefined ? {} : { root }) };
  const processes: RaceProcess[] = [];
  const runners = POOL_SIZES.flatMap((size) =>
    Array.from({ length: each }, (): Runner => {
      const env = { UV_THREADPOOL_SIZE: String(size) };
      const one = new RaceProcess({ ...pool, env });
      processes.push(one);
      return {
        takes: (seed) => threadsOf(seed).pool === size,
        run: (seed) => one.ask({ kind: "stress", seed, scenarios: options.scenarios }),
      };
    }),
  );
  const stop = (): void => {
    for (const one of processes) one.stop();
  };
  hooks.signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.all(runners.map((runner) => campaign.work(runner)));
    const [one] = processes;
    if (one !== undefined) await campaign.lift(one, budget);
    return campaign.result("DuckDB");
  } finally {
    hooks.signal.removeEventListener("abort", stop);
    stop();
  }
}

class StressCampaign {
  readonly #options: StressOptions;
  readonly #hooks: StressHooks;
  readonly #pending: number[];
  readonly #total = { runs: 0, events: 0, cuts: 0 };
  readonly #met: Record<string, number> = {};
  readonly #findings: StressFinding[] = [];
  readonly #failing: Failing[] = [];
  readonly #lifts: StressLift[] = [];
  readonly #harnessErrors: { seed: number; message: string }[] = [];

  constructor(options: StressOptions, hooks: StressHooks) {
    const { firstSeed, seeds } = options;
    this.#options = options;
    this.#hooks = hooks;
    this.#pending = Array.from({ length: seeds }, (_, n) => firstSeed + n);
  }

  /** Lets a runner take seeds until there are none for it, or one broke a promise. */
  async work(runner: Runner): Promise<void> {
    for (;;) {
      if (this.#hooks.signal.aborted || this.#findings.length > 0) return;
      const at = this.#pending.findIndex((seed) => runner.takes(seed));
      if (at < 0) return;
      const [seed] = this.#pending.splice(at, 1) as [number];
      const answer = await runner.run(seed);
      if (this.#hooks.signal.aborted) return;
      this.#take(seed, answer);
      this.#hooks.onProgress(this.#total.runs, this.#options.seeds, "runs in real time");
    }
  }

  /** Follows the orders of what was found, until one has become a schedule. */
  async lift(one: RaceProcess, budget: LiftBudget): Promise<void> {
    for (const [index, failing] of this.#failing.slice(0, MOST_LIFTED).entries()) {
      if (this.#hooks.signal.aborted) return;
      this.#hooks.onProgress(index, this.#failing.length, "findings lifted");
      const lifted = await liftFailing(one, failing, budget);
      if (lifted === null) continue;
      this.#lifts.push(lifted);
      if (lifted.violation !== null) return;
    }
  }

  result(server: string): StressMeasurement {
    const { runs } = this.#total;
    const clean = this.#findings.length === 0 && runs > 0;
    const found = this.#findings.length > 0;
    return {
      ...this.#options,
      server,
      ...this.#total,
      situations: this.#met,
      findings: this.#findings,
      lifts: this.#lifts,
      harnessErrors: this.#harnessErrors,
      upperBound: clean ? exactUpperBound(0, runs) : null,
      ended: found ? "violated" : this.#hooks.signal.aborted ? "interrupted" : "all",
    };
  }

  #take(seed: number, answer: RaceAnswer | NoAnswer): void {
    if (answer.kind !== "stress") {
      const message = "message" in answer ? answer.message : `an answer of kind ${answer.kind}`;
      this.#harnessErrors.push({ seed, message });
      return;
    }
    this.#total.runs++;
    this.#total.events += answer.events;
    this.#total.cuts += answer.cuts;
    for (const [situation, count] of Object.entries(answer.situations))
      if (count > 0) this.#met[situation] = (this.#met[situation] ?? 0) + 1;
    this.#findings.push(...answer.findings);
    const { failing } = answer;
    const [finding] = answer.findings;
    if (failing !== null && finding !== undefined) this.#failing.push({ failing, finding });
  }
}
