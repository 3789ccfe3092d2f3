/** Judges an open load: whether the queue kept up, and whether the generator did. */
import { afterStart, type Trend, trend } from "../stats/trend.ts";
import type { Finding } from "./finding.ts";
import { figure } from "./phrases.ts";
import type { Cell, Trial } from "./result.ts";
import { completedTrials } from "./summarize.ts";

/** The first fifth of a load is left out: workers wake, and the backlog fills to its level. */
const START_SHARE = 0.2;

/** A backlog that grows by less than this share of the arrivals is in balance, however sure the growth. */
const MIN_GROWTH_SHARE = 0.01;

/**
 * On a quiet machine the generator is late by a timer's millisecond or two. Later than this it is not the
 * load that was asked for.
 */
const LATE_MS = 50;

/** From this share of the thread on, handing the jobs over takes what the queue would need to do them. */
const BUSY_GENERATOR_PCT = 25;

/** With fewer arrivals the 99th percentile is one or two of them. */
const MIN_ARRIVALS = 500;

/** How fast the backlog grows in a trial, in jobs per second; null where that cannot be told. */
function backlogGrowth({ series }: Trial): Trend | null {
  const samples = series?.["backlogJobs"] ?? [];
  const timed = samples.map(([atMs, value]) => ({ at: atMs / 1000, value }));
  return trend(afterStart(timed, START_SHARE));
}

/** The growth of the backlog where the queue did not keep up with the arrivals; null where it did. */
export function saturation(trial: Trial): Trend | null {
  const { offeredJobsPerS, notStarted = 0 } = trial.metrics;
  const growth = backlogGrowth(trial);
  if (offeredJobsPerS === undefined || growth === null) return null;
  const clearly = growth.interval.low > MIN_GROWTH_SHARE * offeredJobsPerS;
  return clearly || (notStarted > 0 && growth.slope > 0) ? growth : null;
}

/**
 * Why a trial says nothing about its load: the generator was late although the queue kept up. Null for
 * a trial that stands, and for one without a load. A saturated queue takes the time of its generator,
 * too: that is the finding, and no reason to look away.
 */
export function voidReason(trial: Trial): string | null {
  const { latenessMsP99, jobs = 0 } = trial.metrics;
  if (latenessMsP99 === undefined || jobs < MIN_ARRIVALS || latenessMsP99 <= LATE_MS) return null;
  if (saturation(trial) !== null) return null;
  return `the load is void: the generator itself sent 1 % of the jobs more than ${figure(latenessMsP99)} ms late (at most ${LATE_MS} ms are allowed), while the queue kept up; run again on a quiet machine`;
}

/** A finding for each cell whose queue did not keep up in any of its trials. */
export function loadFindings(scenario: string, cells: readonly Cell[]): Finding[] {
  return cells.flatMap((cell) => {
    const grown = completedTrials(cell.trials).flatMap((trial) => {
      const growth = saturation(trial);
      const { notStarted = 0, generatorPct = 0 } = trial.metrics;
      return growth === null ? [] : [{ growth, notStarted, generatorPct }];
    });
    const [worst] = grown.toSorted((a, b) => b.growth.slope - a.growth.slope);
    if (worst === undefined) return [];
    const { slope, interval } = worst.growth;
    const { generatorPct } = worst;
    const busy = generatorPct >= BUSY_GENERATOR_PCT;
    const shared = busy
      ? `; handing the jobs over took ${figure(generatorPct)} % of the thread that the queue works on`
      : "";
    const left = worst.notStarted === 0 ? "" : `; ${worst.notStarted} arrivals were never sent`;
    return [
      {
        kind: "saturation",
        scenario,
        cell: cell.parameters,
        metric: "backlogJobsMax",
        evidence: `the queue did not keep up: its backlog grew by ${figure(slope)} jobs/s (95 % interval ${figure(interval.low)} to ${figure(interval.high)})${left}${shared}`,
        values: {
          growthJobsPerS: slope,
          growthLowJobsPerS: interval.low,
          growthHighJobsPerS: interval.high,
          notStarted: worst.notStarted,
          ...(busy && { generatorPct }),
        },
        advice: `its latencies grow with the duration and mean nothing: lower the rate${busy ? "; what was done in a second is what the callers left, not what the queue can do" : ""}`,
      },
    ];
  });
}
