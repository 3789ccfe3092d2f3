/**
 * Judges a history: runs every check and gathers what they find.
 *
 *   const verdict = checkHistory(recorder.history, facts, { log });
 *   if (verdict.violations.length > 0) …   // the likeliest cause first
 */
import { Case } from "../history/case.ts";
import type { Facts } from "../history/facts.ts";
import type { History } from "../history/history.ts";
import type { JobLog } from "../history/job-log.ts";
import { CHECKS } from "./all-checks.ts";
import type { AnomalyClass, Check, CheckId, Finding, Findings } from "./check.ts";
import { type Situations, situationsOf } from "./situations.ts";

/** What to check, and how much to tell. */
export interface CheckOptions {
  /** The queue's log, for white-box checks; null: black box. */
  readonly log?: JobLog | null;
  /** Findings told per check; the rest are counted. Default 10. */
  readonly most?: number;
  /** Only these; default all. */
  readonly only?: readonly CheckId[];
}

/** One anomaly with its proof. */
interface Violation extends Finding {
  readonly id: CheckId;
  readonly class: AnomalyClass;
}

/** What a history shows. */
export interface Verdict {
  /** Of the likeliest cause first: an anomaly that follows from another comes after it. */
  readonly violations: readonly Violation[];
  readonly hazards: readonly Violation[];
  /** How many there were in all, also those that are not told. */
  readonly counts: Readonly<Partial<Record<CheckId, number>>>;
  readonly statistics: Readonly<Record<string, number>>;
  /** What came up, and how often; see situations.ts. */
  readonly situations: Situations;
}

const MOST = 10;

/** See the file's head. */
export function checkHistory(
  history: History,
  facts: Facts,
  { log = null, most = MOST, only }: CheckOptions = {},
): Verdict {
  const one = new Case(history, facts, log);
  const violations: Violation[] = [];
  const hazards: Violation[] = [];
  const counts: Partial<Record<CheckId, number>> = {};
  const statistics: Record<string, number> = {};
  for (const check of CHECKS) {
    if (only !== undefined && !only.includes(check.id)) continue;
    const seen = { violations: 0, hazards: 0 };
    const findings: Findings = {
      violation: (finding) => {
        if (++seen.violations <= most) violations.push(named(check, finding));
      },
      hazard: (finding) => {
        if (++seen.hazards <= most) hazards.push(named(check, finding));
      },
      statistic: (name, value) => {
        statistics[name] = value;
      },
    };
    check.run(one, findings);
    if (seen.violations > 0) counts[check.id] = seen.violations;
    if (seen.hazards > 0) statistics[`${check.id} hazards`] = seen.hazards;
  }
  return { violations, hazards, counts, statistics, situations: situationsOf(one) };
}

function named({ id, class: kind }: Check, finding: Finding): Violation {
  return { ...finding, id, class: kind };
}
