/** The figures that a hunt for mutants is judged by. Pure: the command and the documents tell the same ones. */
import { exactInterval, type Interval } from "../stats/intervals.ts";
import { median } from "../stats/summary.ts";
import type { MutantsResult } from "./mutants-result.ts";

type Row = MutantsResult["mutants"][number];

/** See the file's head. Faults are what breaks a promise; the others are harmless. */
export interface HuntFigures {
  readonly faults: number;
  readonly found: number;
  /** 95 % interval of the share that is found; null without a fault. */
  readonly foundShare: Interval | null;
  /** Found, and first under an expected name. */
  readonly named: number;
  /** Ids of those that were not found. */
  readonly missing: readonly string[];
  /** Median time until one was found; null where none was. */
  readonly seconds: number | null;
  readonly harmless: number;
  /** Ids of harmless ones that raised an alarm, and the runs in which they could have. */
  readonly alarms: readonly string[];
  readonly harmlessRuns: number;
}

/** What one level or schedule saw of the faults, over root seeds that were run to their end. */
export interface Sight {
  readonly name: string;
  readonly seen: number;
  /** Ids that no other level, or no other schedule, saw. */
  readonly alone: readonly string[];
  readonly runs: number;
  readonly violations: number;
}

/** See the file's head. */
export function huntFigures({ mutants }: MutantsResult): HuntFigures {
  const faults = faultsOf(mutants);
  const harmless = mutants.filter((row) => !faults.includes(row));
  const found = faults.filter(isFound);
  return {
    faults: faults.length,
    found: found.length,
    foundShare: faults.length === 0 ? null : exactInterval(found.length, faults.length),
    named: found.filter(({ right }) => right).length,
    missing: faults.filter((row) => !isFound(row)).map(({ id }) => id),
    seconds: found.length === 0 ? null : median(found.map((row) => row.seconds)),
    harmless: harmless.length,
    alarms: harmless.filter(isFound).map(({ id }) => id),
    // The survey of one that is not found is the hunt itself: its runs are not counted again.
    harmlessRuns: harmless.reduce((sum, { runs }) => sum + runs, 0),
  };
}

/** How findings in real time became schedules. */
export interface LiftFigures {
  readonly tried: number;
  readonly lifted: number;
  /** Lifted by the order as it was recorded, at the first try. */
  readonly atOnce: number;
  /** Lifted, though the case shows nothing such where nobody goes out of turn: the order mattered. */
  readonly byOrder: number;
  readonly mostTries: number;
  readonly mostSeconds: number;
  /** Lifted, and shown by each of the replays. */
  readonly steady: number;
}

/** Null for a hunt in which there was nothing to lift. */
export function liftFigures({ mutants }: MutantsResult): LiftFigures | null {
  const rows = mutants.flatMap(({ lift, shrunk }) =>
    lift === undefined ? [] : [{ lift, shrunk }],
  );
  if (rows.length === 0) return null;
  const lifted = rows.filter(({ lift }) => lift.lifted);
  return {
    tried: rows.length,
    lifted: lifted.length,
    atOnce: lifted.filter(({ lift }) => lift.tries === 1).length,
    byOrder: lifted.filter(({ lift }) => !lift.plain).length,
    mostTries: Math.max(0, ...lifted.map(({ lift }) => lift.tries)),
    mostSeconds: Math.max(0, ...lifted.map(({ lift }) => lift.seconds)),
    steady: lifted.filter(({ shrunk }) => shrunk !== null && shrunk.replayed === shrunk.replays)
      .length,
  };
}

/** By level, or by schedule, in the order of their names. */
export function sightsOf({ mutants }: MutantsResult, of: "levels" | "strategies"): Sight[] {
  const faults = faultsOf(mutants);
  const names = new Set(faults.flatMap(({ survey }) => survey[of].map(({ name }) => name)));
  return [...names].toSorted().map((name) => {
    const own = faults.flatMap(({ survey }) => survey[of].filter((one) => one.name === name));
    const sees = (row: Row, isIt: (other: string) => boolean): boolean =>
      row.survey[of].some((one) => one.violations > 0 && isIt(one.name));
    const seen = faults.filter((row) => sees(row, (other) => other === name));
    return {
      name,
      seen: seen.length,
      alone: seen.filter((row) => !sees(row, (other) => other !== name)).map(({ id }) => id),
      runs: own.reduce((sum, one) => sum + one.runs, 0),
      violations: own.reduce((sum, one) => sum + one.violations, 0),
    };
  });
}

function faultsOf(rows: readonly Row[]): readonly Row[] {
  return rows.filter(({ expects }) => expects.length > 0);
}

function isFound({ found }: Row): boolean {
  return found !== null;
}
