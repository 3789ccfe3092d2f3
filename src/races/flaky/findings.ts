/** What to know of a campaign beside the verdicts: retries that hide failures, near misses, odd reports. */
import type { FlakyFinding, FlakyTarget } from "../../results/flaky-result.ts";
import type { FlakyOptions } from "./options.ts";
import { commandFailed, type RunRecord } from "./outcome.ts";

/** Names that one finding lists. */
const MOST_NAMES = 5;

/** All findings, the most telling first. */
export function findFindings(
  records: readonly RunRecord[],
  targets: readonly FlakyTarget[],
  options: FlakyOptions,
): readonly FlakyFinding[] {
  return [
    retries(targets),
    timeouts(records, options),
    nearMisses(targets, options),
    disagreement(records),
    missingReports(records),
    unevenReports(targets),
    unexplained(targets, records),
  ].filter((finding) => finding !== null);
}

function retries(targets: readonly FlakyTarget[]): FlakyFinding | null {
  const retried = targets.filter((target) => target.kind === "test" && target.retried > 0);
  if (retried.length === 0) return null;
  const text = `passed only on a retry within the run, which counts as a failure here: ${listed(retried, ({ name, retried: n }) => `${name} (${runs(n)})`)}`;
  return { kind: "hidden-retry", text };
}

function timeouts(records: readonly RunRecord[], options: FlakyOptions): FlakyFinding | null {
  const ended = records.filter(({ timedOut }) => timedOut).length;
  if (ended === 0) return null;
  return {
    kind: "run-limit",
    text: `${runs(ended)} took longer than ${options.runLimitMs / 1000} s and were ended, which counts as a failure; --run-limit sets it`,
  };
}

function nearMisses(targets: readonly FlakyTarget[], options: FlakyOptions): FlakyFinding | null {
  const near = targets
    .filter(({ nearMisses: n }) => (n ?? 0) > 0)
    .sort((a, b) => (b.longestMs ?? 0) - (a.longestMs ?? 0));
  if (near.length === 0) return null;
  return {
    kind: "near-miss",
    text: `passed with less than 20 % of the ${options.testLimitMs} ms limit left: ${listed(near, (target) => `${target.name} (${runs(target.nearMisses ?? 0)}, at worst ${Math.round(target.longestMs ?? 0)} ms)`)}`,
  };
}

function disagreement(records: readonly RunRecord[]): FlakyFinding | null {
  const reported = records.filter(({ tests }) => tests !== null);
  const hasFailure = ({ tests }: RunRecord): boolean =>
    tests?.some(({ status }) => status === "failed") === true;
  const silent = reported.filter((record) => commandFailed(record) && !hasFailure(record)).length;
  const ignored = reported.filter((record) => !commandFailed(record) && hasFailure(record)).length;
  const parts = [
    silent === 0 ? "" : `in ${runs(silent)} the command failed although every reported test passed`,
    ignored === 0 ? "" : `in ${runs(ignored)} a test failed although the command exited with 0`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? null : { kind: "disagreement", text: parts.join("; ") };
}

function missingReports(records: readonly RunRecord[]): FlakyFinding | null {
  const without = records.filter(({ reportProblem }) => reportProblem !== null);
  if (without.length === 0) return null;
  return {
    kind: "report-missing",
    text: `${runs(without.length)} left no report that could be read, so they count for the command alone; first: ${without[0]?.reportProblem}`,
  };
}

function unevenReports(targets: readonly FlakyTarget[]): FlakyFinding | null {
  const uneven = targets.filter(({ missing }) => missing > 0);
  if (uneven.length === 0) return null;
  return {
    kind: "uneven-reports",
    text: `not in every report, so judged on fewer runs: ${listed(uneven, ({ name, missing }) => `${name} (missing in ${missing})`)}`,
  };
}

/** Without a report, nobody can say which test it was. */
function unexplained(
  targets: readonly FlakyTarget[],
  records: readonly RunRecord[],
): FlakyFinding | null {
  const blind = records.every(
    ({ tests, reportProblem }) => tests === null && reportProblem === null,
  );
  if (!blind || targets.length > 1) return null;
  return {
    kind: "no-report",
    text: "no test report was found, so the command is judged as a whole: let it write JUnit XML or vitest/jest JSON and name the file with --report",
  };
}

function listed(targets: readonly FlakyTarget[], text: (target: FlakyTarget) => string): string {
  const shown = targets.slice(0, MOST_NAMES).map(text).join(", ");
  const more = targets.length - MOST_NAMES;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function runs(count: number): string {
  return count === 1 ? "1 run" : `${count} runs`;
}
