/** Named sets of settings. A setting that is given beside a profile wins over it. */

/** See the file's head; each difference from the defaults has its reason. */
export const PROFILES = {
  /** A service that is stopped by its supervisor and looked after by people. */
  production: {
    // Supervisors give 10 s or more before they kill; a handler that may finish is not run twice.
    drainMs: 8_000,
    // Whoever looks after failed jobs has holidays.
    retentionFailedMs: 2_592_000_000,
    // A database that is failed over comes back within minutes.
    reconnectMs: 300_000,
  },
  /** Tests of programs that use the queue: nothing waits long, nothing is drawn by chance, all is kept to look at. */
  ci: {
    timeoutMs: 30_000,
    retryBackoffMs: 10,
    retryBackoffMaxMs: 1_000,
    retryJitterPct: 0,
    pollIntervalMs: 100,
    threads: 1,
    duckdbThreads: 1,
    retentionMs: 0,
    retentionFailedMs: 0,
    retentionJobs: 0,
  },
} as const;

/** The name of a profile. */
export type ProfileName = keyof typeof PROFILES;

/** The settings of a profile; none without one. Whether there is such a profile is for the caller to check. */
export function profileSettings(name: unknown): Readonly<Record<string, number>> {
  return isProfile(name) ? PROFILES[name] : {};
}

/** Whether there is a profile of that name. */
export function isProfile(name: unknown): name is ProfileName {
  return typeof name === "string" && Object.hasOwn(PROFILES, name);
}
