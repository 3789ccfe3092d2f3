/** How far the number of ended jobs may pass its limit before the next purge by itself: each one reads what ended. */

const SLACK_PART = 0.1;
const SLACK_JOBS = 10_000;

/** Jobs beyond a limit of so many. */
export function retentionSlack(limitJobs: number): number {
  return Math.max(SLACK_JOBS, limitJobs * SLACK_PART);
}
