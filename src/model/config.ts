/** The one configuration: every number once, with its unit, default, limits and the evidence for it. */
import { ConfigError } from "../lib/errors.ts";
import { isProfile, PROFILES, type ProfileName, profileSettings } from "./profiles.ts";

interface Setting {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly help: string;
}

/** All settings by name; the unit ends the name. */
export const SETTINGS = {
  defaultPriority: {
    default: 50,
    min: 0,
    max: 100,
    help: "priority of a job that names none (the memo's number)",
  },
  maxAttempts: {
    default: 3,
    min: 1,
    max: 1000,
    help: "tries before a job is failed (the memo's number)",
  },
  timeoutMs: {
    default: 300_000,
    min: 1,
    max: 2_147_483_647,
    help: "longest attempt (the memo's number)",
  },
  retryBackoffMs: {
    default: 1_000,
    min: 0,
    max: 3_600_000,
    help: "wait before the second try; doubles with each try",
  },
  retryBackoffMaxMs: {
    default: 300_000,
    min: 0,
    max: 86_400_000,
    help: "longest wait between tries",
  },
  retryJitterPct: {
    default: 20,
    min: 0,
    max: 100,
    help: "random part that a wait between tries may be shorter, in percent",
  },
  leaseMs: {
    default: 30_000,
    min: 10,
    max: 86_400_000,
    help: "term of a claim; workers renew theirs, so only a holder that is gone lets one run out",
  },
  argsMaxBytes: {
    default: 1_048_576,
    min: 1,
    max: 1_073_741_824,
    help: "most bytes of the args of one job, as JSON",
  },
  backpressureWarnJobs: {
    default: 1_000,
    min: 1,
    max: 1_000_000_000,
    help: "waiting jobs from which an enqueue warns (the memo's number)",
  },
  backpressureRefuseJobs: {
    default: 10_000,
    min: 1,
    max: 1_000_000_000,
    help: "waiting jobs above which an enqueue is refused (the memo's number)",
  },
  catchUpMaxSlots: {
    default: 1_000,
    min: 1,
    max: 1_000_000,
    help: "most missed slots of a schedule that fire after downtime where it catches up on all; the oldest are left out",
  },
  subRunMaxDepth: {
    default: 16,
    min: 0,
    max: 1_000,
    help: "most runs that a run may be nested in: a task that expands to itself must end",
  },
  concurrency: { default: 10, min: 1, max: 1_000_000, help: "handlers of one worker in flight" },
  claimBatch: {
    default: 1_000,
    min: 1,
    max: 100_000,
    help: "most jobs that one claim takes, never more than the free places (docs/TUNING.md: level with the best of 100 to 10,000)",
  },
  prefetch: {
    default: 0,
    min: 0,
    max: 1_000_000,
    help: "jobs that a worker may claim beyond its free places, to start them without a commit in between; they wait in one process while others may idle",
  },
  pollIntervalMs: {
    default: 1_000,
    min: 1,
    max: 3_600_000,
    help: "backstop poll of an idle worker (the memo's number; docs/TUNING.md: with notices it has no part in the latency)",
  },
  drainMs: {
    default: 250,
    min: 0,
    max: 86_400_000,
    help: "how long a stopping worker waits for its handlers (the memo's number)",
  },
  threads: {
    default: 2,
    min: 1,
    max: 1_024,
    help: "worker threads for tasks that are given as a module",
  },
  threadIdleMs: {
    default: 30_000,
    min: 0,
    max: 3_600_000,
    help: "after so long without work a worker thread ends",
  },
  dependencyChunkSize: {
    default: 100,
    min: 1,
    max: 1_000_000,
    help: "rows of one VALUES statement (docs/TUNING.md: the memo's 1,000 took 1.3 times as long)",
  },
  valuesThreshold: {
    default: 25_000,
    min: 0,
    max: 1_000_000_000,
    help: "rows above which temp-table follows values where the appender is ruled out (docs/TUNING.md: up to so many it never won; the memo's 2,000 cost 1.2 times)",
  },
  appenderThreshold: {
    default: 0,
    min: 0,
    max: 1_000_000_000,
    help: "rows from which auto uses the appender (docs/TUNING.md: ahead or level from 3 rows up)",
  },
  submitSliceRows: {
    default: 16_384,
    min: 2_048,
    max: 1_000_000,
    help: "rows appended between two turns of the event loop",
  },
  checkpointBytes: {
    default: 67_108_864,
    min: 1_048_576,
    max: 4_294_967_296,
    help: "write-ahead log size at which a checkpoint runs: it stalls 278 ms after 71 MB",
  },
  checkpointIdleMs: {
    default: 1_000,
    min: 1,
    max: 3_600_000,
    help: "rest of the lane after which a log of a quarter of checkpointBytes is checkpointed already",
  },
  relaxedCheckpointMs: {
    default: 10_000,
    min: 1,
    max: 3_600_000,
    help: "in durability relaxed, longest time until a commit is in the file",
  },
  retentionMs: {
    default: 604_800_000,
    min: 0,
    max: 315_360_000_000,
    help: "how long ended runs and jobs are kept that did not fail; 0: for ever",
  },
  retentionFailedMs: {
    default: 604_800_000,
    min: 0,
    max: 315_360_000_000,
    help: "how long failed runs and jobs are kept; 0: for ever",
  },
  retentionJobs: {
    default: 1_000_000,
    min: 0,
    max: 1_000_000_000,
    help: "most ended jobs that are kept, the newest ones, give or take a tenth; 0: no limit",
  },
  retentionCheckMs: {
    default: 600_000,
    min: 1_000,
    max: 86_400_000,
    help: "how often what is too old is looked for",
  },
  maxReadMs: {
    default: 30_000,
    min: 1,
    max: 3_600_000,
    help: "longest query of queue.sql: an open read keeps checkpoints from giving space back",
  },
  maxReadRows: {
    default: 100_000,
    min: 1,
    max: 100_000_000,
    help: "most rows that queue.sql answers with; they are objects in memory",
  },
  copyThreshold: {
    default: 500,
    min: 0,
    max: 1_000_000_000,
    help: "rows from which auto uses COPY on PostgreSQL",
  },
  reconnectMs: {
    default: 60_000,
    min: 0,
    max: 86_400_000,
    help: "how long a lost PostgreSQL connection is tried again before the store gives up",
  },
  duckdbThreads: { default: 2, min: 1, max: 256, help: "threads of the embedded database" },
} as const satisfies Record<string, Setting>;

/** Every setting with its value in force. */
export type Config = { readonly [K in keyof typeof SETTINGS]: number };

/** What a caller says: settings, and a profile for those that he does not name. */
export type ConfigInput = Partial<Config> & { readonly profile?: ProfileName };

/**
 * Fills in the profile and the defaults, and validates.
 *
 * @throws ConfigError with a line for each wrong value
 */
export function resolveConfig(input: Readonly<Record<string, unknown>> = {}): Config {
  const problems: string[] = [];
  const config: Record<string, number> = {};
  const { profile, ...named } = input;
  if (profile !== undefined && !isProfile(profile))
    problems.push(`profile: there is no ${profile}; known are ${Object.keys(PROFILES).join(", ")}`);
  const preset = profileSettings(profile);
  for (const name of Object.keys(named)) {
    if (!Object.hasOwn(SETTINGS, name)) {
      problems.push(`${name}: no such setting; known are ${Object.keys(SETTINGS).join(", ")}`);
    }
  }
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const given = named[name];
    const value = given === undefined ? (preset[name] ?? setting.default) : given;
    if (
      typeof value !== "number" ||
      !Number.isInteger(value) ||
      value < setting.min ||
      value > setting.max
    ) {
      problems.push(
        `${name}: ${String(value)} is not a whole number from ${setting.min} to ${setting.max} (${setting.help})`,
      );
    } else {
      config[name] = value;
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config as unknown as Config;
}
