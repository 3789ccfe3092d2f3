/** The hunt for one mutant in real time: on files, where a finding is lifted into a schedule, or on a server. */
import type { MutantsResult } from "../../results/mutants-result.ts";
import type { RaceViolation } from "../../results/race-violation.ts";
import type { StressLift } from "../../results/stress-result.ts";
import type { CampaignMeasurement } from "../campaign/run-campaign.ts";
import {
  runStress,
  type StressHooks,
  type StressMeasurement,
  type StressOptions,
} from "../stress/run-stress.ts";

type MutantRow = MutantsResult["mutants"][number];

/** How to hunt in real time. */
export interface RealTimeHunt {
  /** On files; or where the server is. */
  readonly time: "real" | { readonly server: string };
  readonly scenarios: readonly string[];
  readonly firstSeed: number;
  /** Root seeds at most: each is one seed of every scenario. */
  readonly rootSeeds: number;
  /** Time to lift a finding in real time. */
  readonly liftMs: number;
  /** Time to make a finding small. */
  readonly shrinkMs: number;
}

/** What was found first, if anything. */
export interface Found {
  readonly runs: number;
  readonly anomaly: string | null;
  readonly violation: RaceViolation | undefined;
  /** Null in real time. */
  readonly first: CampaignMeasurement | null;
  /** In real time, on files: what came of the order, and the seconds that took. */
  readonly lift?: NonNullable<MutantRow["lift"]>;
  readonly liftingS?: number;
  readonly rest: Pick<MutantRow, "message" | "scenario" | "strategy" | "level" | "seedLine">;
}

/** Processes of each size of the thread pool. */
const EACH = 2;

/** See the file's head. `root` is the address of the copy's `dist/`. */
export async function huntInRealTime(
  root: URL,
  { scenarios, firstSeed, rootSeeds, time, liftMs, shrinkMs }: RealTimeHunt,
  signal: AbortSignal,
): Promise<Found> {
  const stress = { scenarios, firstSeed, seeds: rootSeeds * scenarios.length };
  const hooks = { signal, onProgress: () => undefined };
  const measured =
    time === "real"
      ? await runStress({ each: EACH, liftMs, shrinkMs, root }, stress, hooks)
      : await onServer(root, time.server, stress, hooks);
  return foundOf(measured);
}

/** The copy runs its own stress. */
async function onServer(
  root: URL,
  url: string,
  options: StressOptions,
  hooks: StressHooks,
): Promise<StressMeasurement> {
  const load = (path: string): Promise<unknown> => import(new URL(path, root).href);
  const { postgresPlace } = (await load(
    "races/stress/postgres-place.js",
  )) as typeof import("../stress/postgres-place.ts");
  const { runStressOn } = (await load(
    "races/stress/run-stress.js",
  )) as typeof import("../stress/run-stress.ts");
  const place = await postgresPlace(url);
  return runStressOn(place, options, hooks).finally(() => place.close());
}

/** Of several findings the one that was lifted, or else the one that was tried. */
function foundOf({ runs, findings, harnessErrors, lifts }: StressMeasurement): Found {
  const lift = lifts.find(({ violation }) => violation !== null) ?? lifts[0];
  const own = findings.find(({ seed, id }) => seed === lift?.seed && id === lift.id);
  const finding = own ?? findings[0];
  const broken = finding === undefined ? harnessErrors[0] : undefined;
  const anomaly = finding?.id ?? (broken === undefined ? null : "C9");
  return {
    ...{ runs, anomaly, first: null },
    violation: lift?.violation ?? undefined,
    ...(lift === undefined ? {} : { lift: told(lift), liftingS: secondsOf(lifts) }),
    rest: {
      message: finding?.message ?? broken?.message ?? null,
      scenario: finding?.scenario ?? null,
      strategy: finding === undefined ? null : "real time",
      level: anomaly === null ? null : "L2",
      seedLine: lift?.violation?.seedLine ?? null,
    },
  };
}

function told({ violation, ...lift }: StressLift): NonNullable<MutantRow["lift"]> {
  return { ...lift, lifted: violation !== null };
}

function secondsOf(lifts: readonly StressLift[]): number {
  const shrinkS = (violation: RaceViolation | null): number => violation?.shrunk?.seconds ?? 0;
  return lifts.reduce((sum, { seconds, violation }) => sum + seconds + shrinkS(violation), 0);
}
