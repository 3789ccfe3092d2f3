/** A campaign of seeded cases in real time on PostgreSQL. A seed fixes the case and its waits; the order is up to the machine. */
import { exactUpperBound } from "../../stats/intervals.ts";
import { openCutter } from "../../store/postgres/cut-connections.ts";
import { timelineOf } from "../campaign/timeline.ts";
import type { RaceCase } from "../cases/race-case.ts";
import { drawCase, RACE_SCENARIOS, type RaceScenario } from "../cases/scenarios.ts";
import { checkHistory } from "../checks/check-history.ts";
import { StressCase } from "./stress-case.ts";

/** What a stress campaign does. */
export interface StressOptions {
  readonly url: string;
  readonly scenarios: readonly string[];
  readonly firstSeed: number;
  readonly seeds: number;
}

/** One broken promise. */
interface StressFinding {
  readonly scenario: string;
  readonly seed: number;
  /** As in docs/RACES.md; `error` for an error that is no answer. */
  readonly id: string;
  readonly message: string;
  readonly timeline: readonly string[];
}

/** What it showed. */
export interface StressMeasurement {
  /** Such as `PostgreSQL 18.4`. */
  readonly server: string;
  readonly runs: number;
  readonly events: number;
  /** Connections that were cut. */
  readonly cuts: number;
  /** What came up, and how often. */
  readonly situations: Readonly<Record<string, number>>;
  readonly findings: readonly StressFinding[];
  /** Below this share of such runs violates, with 95 % confidence; null where one did, or none ran. */
  readonly upperBound: number | null;
}

/**
 * A lease as short as the scheduled ones would run out on a busy machine, and then nothing is tested but that. Retries and polls
 * stay short.
 */
const LEASE_MS = 400;

/**
 * Judged by times that only a virtual clock keeps: a wait that the machine made is none of the queue's. Priority and age are
 * promised of one claim, and several processes claim at once.
 */
const NEEDS_VIRTUAL_TIME: ReadonlySet<string> = new Set(["F1", "F2", "F3", "F4", "C5", "V1"]);

/** Scenarios whose faults are those of a DuckDB lane or of a clock that a test moves. */
const EMBEDDED_ONLY: ReadonlySet<string> = new Set([
  "clock",
  "commit-errors",
  "crash",
  "crash-points",
]);

/** Names of the scenarios that make sense here. */
export const STRESS_SCENARIOS: readonly string[] = RACE_SCENARIOS.map(({ name }) => name).filter(
  (name) => !EMBEDDED_ONLY.has(name),
);

/** Runs seeds one after the other until one breaks a promise, all are done, or the signal says so. */
export async function runStress(
  { url, scenarios, firstSeed, seeds }: StressOptions,
  hooks: { readonly signal: AbortSignal; onProgress(done: number, of: number, what: string): void },
): Promise<StressMeasurement> {
  const total = { server: await serverOf(url), runs: 0, events: 0, cuts: 0 };
  const met: Record<string, number> = {};
  const findings: StressFinding[] = [];
  const chosen = RACE_SCENARIOS.filter(({ name }) => scenarios.includes(name));
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    if (hooks.signal.aborted || findings.length > 0) break;
    const scenario = chosen[seed % chosen.length] as RaceScenario;
    const drawn = drawCase(scenario, seed);
    hooks.onProgress(total.runs, seeds, scenario.name);
    const raceCase: RaceCase = { ...drawn, config: { ...drawn.config, leaseMs: LEASE_MS } };
    const stress = new StressCase(raceCase, seed, url);
    await stress.run();
    const judged = judge(stress);
    total.runs++;
    total.events += stress.world.recorder.history.length;
    total.cuts += stress.cuts;
    for (const [situation, count] of Object.entries(judged.situations))
      if (count > 0) met[situation] = (met[situation] ?? 0) + 1;
    for (const finding of judged.findings)
      findings.push({ scenario: scenario.name, seed, ...finding });
  }
  const upperBound =
    findings.length > 0 || total.runs === 0 ? null : exactUpperBound(0, total.runs);
  return { ...total, situations: met, findings, upperBound };
}

async function serverOf(url: string): Promise<string> {
  const cutter = await openCutter(url);
  const version = await cutter.version();
  await cutter.close();
  return `PostgreSQL ${version}`;
}

interface Judged {
  readonly findings: readonly Omit<StressFinding, "scenario" | "seed">[];
  readonly situations: Readonly<Record<string, number>>;
}

function judge({ world }: StressCase): Judged {
  const { recorder, facts, procNames, troubles } = world;
  const { history } = recorder;
  const { violations, situations } = checkHistory(history, facts, { log: null });
  const broken = violations.filter(({ id }) => !NEEDS_VIRTUAL_TIME.has(id));
  return {
    findings: [
      ...broken.map((violation) => ({
        id: violation.id,
        message: violation.message,
        timeline: timelineOf({ history, procNames }, violation),
      })),
      ...troubles.map((message) => ({ id: "error", message, timeline: [] })),
    ],
    situations,
  };
}
