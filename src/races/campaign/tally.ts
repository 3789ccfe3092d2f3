/** Counts what the seeds of a campaign showed. */
import type { RacesResult } from "../../results/races-result.ts";
import type { SeedOutcome } from "./race-message.ts";

type Figures = Pick<
  RacesResult,
  "runs" | "steps" | "events" | "scenarios" | "strategies" | "twice" | "hazards" | "harnessErrors"
>;

/** See the file's head. */
export class CampaignTally {
  runs = 0;
  /** Seeds whose two runs differed. */
  readonly different: number[] = [];
  readonly harnessErrors: { seed: number; message: string }[] = [];
  /** What each scenario met, and how often. */
  readonly situations: Map<string, Record<string, number>> = new Map();
  readonly #scenarios = new Map<string, Figures["scenarios"][number]>();
  readonly #strategies = new Map<string, Figures["strategies"][number]>();
  readonly #hazards = new Map<string, number>();
  #steps = 0;
  #events = 0;
  #twice = 0;

  /** Adds one seed. */
  add(outcome: SeedOutcome): void {
    const { scenario: name, strategy, findings, steps, events, sameTrace, seed } = outcome;
    const violations = findings.length > 0 ? 1 : 0;
    this.runs++;
    this.#steps += steps;
    this.#events += events;
    const scenario = this.#scenarios.get(name) ?? {
      name,
      runs: 0,
      steps: 0,
      events: 0,
      violations: 0,
    };
    scenario.runs++;
    scenario.steps += steps;
    scenario.events += events;
    scenario.violations += violations;
    this.#scenarios.set(name, scenario);
    const picked = this.#strategies.get(strategy) ?? { name: strategy, runs: 0, violations: 0 };
    picked.runs++;
    picked.violations += violations;
    this.#strategies.set(strategy, picked);
    if (sameTrace !== null) this.#twice++;
    if (sameTrace === false) this.different.push(seed);
    for (const hazard of outcome.hazards) {
      const id = hazard.split(" ", 1)[0] ?? "";
      this.#hazards.set(id, (this.#hazards.get(id) ?? 0) + 1);
    }
    const met = this.situations.get(name) ?? {};
    for (const [situation, count] of Object.entries(outcome.situations))
      met[situation] = (met[situation] ?? 0) + count;
    this.situations.set(name, met);
  }

  /** What was counted. */
  figures(): Figures {
    return {
      runs: this.runs,
      steps: this.#steps,
      events: this.#events,
      scenarios: [...this.#scenarios.values()],
      strategies: [...this.#strategies.values()],
      twice: { runs: this.#twice, different: this.different },
      hazards: [...this.#hazards].map(([id, count]) => ({ id, count })),
      harnessErrors: this.harnessErrors,
    };
  }
}
