/** The metrics that results may carry: name, unit, direction and whether one run is enough to judge. */

/** How to read one metric. */
export interface Metric {
  /** Unit for people, as printed in headings. */
  readonly unit:
    | "jobs"
    | "edges"
    | "rows/s"
    | "jobs/s"
    | "items/s"
    | "attempts/s"
    | "ms"
    | "bytes"
    | "s"
    | "count"
    | "ratio"
    | "%";
  /** Which direction is better; `none` for plain facts. */
  readonly better: "higher" | "lower" | "none";
  /** Exact for a given input: a gate needs one run. */
  readonly deterministic: boolean;
  /** What it measures, in one line. */
  readonly help: string;
}

const metric = (unit: Metric["unit"], better: Metric["better"], help: string): Metric => ({
  unit,
  better,
  deterministic: false,
  help,
});
const exact = (unit: Metric["unit"], better: Metric["better"], help: string): Metric => ({
  unit,
  better,
  deterministic: true,
  help,
});

/** All metrics by name; the unit ends the name. */
export const METRICS = {
  jobs: exact("jobs", "none", "jobs in the database"),
  edges: exact("edges", "none", "dependencies in the database"),
  submitRowsPerS: metric(
    "rows/s",
    "higher",
    "(jobs + edges) / time from calling submit to its resolve after COMMIT",
  ),
  submitMs: metric("ms", "lower", "time from calling submit to its resolve after COMMIT"),
  drainJobsPerS: metric(
    "jobs/s",
    "higher",
    "jobs / time from worker start to the commit of the last settle",
  ),
  drainMs: metric("ms", "lower", "time from worker start to the commit of the last settle"),
  wakeMsP50: metric("ms", "lower", "enqueue on an idle queue to handler start, median"),
  wakeMsP99: metric("ms", "lower", "enqueue on an idle queue to handler start, 99th percentile"),
  wakeCommitsP50: metric("ratio", "lower", "wakeMsP50 in median commits of the same trial"),
  wakeCommitsP99: metric("ratio", "lower", "wakeMsP99 in median commits of the same trial"),
  commitMsP50: metric(
    "ms",
    "lower",
    "one job stored on an idle queue, from call to resolve, median",
  ),
  commitMsP99: metric(
    "ms",
    "lower",
    "one job stored on an idle queue, from call to resolve, 99th percentile",
  ),
  latencyMsP50: metric("ms", "lower", "intended arrival to the commit of the job's end, median"),
  latencyMsP99: metric(
    "ms",
    "lower",
    "intended arrival to the commit of the job's end, 99th percentile",
  ),
  uncorrectedMsP50: metric("ms", "lower", "sending a job to the commit of its end, median"),
  uncorrectedMsP99: metric(
    "ms",
    "lower",
    "sending a job to the commit of its end, 99th percentile",
  ),
  latenessMsP50: metric("ms", "lower", "intended arrival to sending the job, median"),
  latenessMsP99: metric("ms", "lower", "intended arrival to sending the job, 99th percentile"),
  completedJobsPerS: metric("jobs/s", "higher", "jobs done while jobs arrived / that time"),
  offeredJobsPerS: exact("jobs/s", "none", "arrivals of the schedule / its duration"),
  generatorPct: metric(
    "%",
    "none",
    "time that handing the jobs over took of the thread that the queue works on, in percent",
  ),
  notStarted: metric("count", "lower", "arrivals that could not be sent before the end"),
  backlogJobsMax: metric(
    "jobs",
    "lower",
    "most jobs that had arrived and were not done at the same time",
  ),
  joinMsP50: metric("ms", "lower", "end of the last branch to the start of the join, median"),
  joinMsP99: metric(
    "ms",
    "lower",
    "end of the last branch to the start of the join, 99th percentile",
  ),
  fanMsP50: metric("ms", "lower", "end of the source to the start of the last branch, median"),
  fanMsP99: metric(
    "ms",
    "lower",
    "end of the source to the start of the last branch, 99th percentile",
  ),
  subStartMsP50: metric(
    "ms",
    "lower",
    "start of a node to the start of the first job that it brings, median",
  ),
  subStartMsP99: metric(
    "ms",
    "lower",
    "start of a node to the start of the first job that it brings, 99th percentile",
  ),
  subEndMsP50: metric(
    "ms",
    "lower",
    "end of a node's last job to the start of the node that waits for them, median",
  ),
  subEndMsP99: metric(
    "ms",
    "lower",
    "end of a node's last job to the start of the node that waits for them, 99th percentile",
  ),
  urgentMsP50: metric("ms", "lower", "sending an urgent job to its start, median"),
  urgentMsP99: metric("ms", "lower", "sending an urgent job to its start, 99th percentile"),
  startedBeforeUrgent: metric(
    "count",
    "lower",
    "routine jobs that started between sending an urgent job and its start, mean",
  ),
  attemptsPerS: metric("attempts/s", "higher", "attempts / time to the commit of the last settle"),
  attempts: exact("count", "none", "handler calls, the failing ones included"),
  makespanMs: metric("ms", "lower", "calling submit to the commit of the workflow's last settle"),
  makespanToPath: metric(
    "ratio",
    "lower",
    "makespanMs / criticalPathMs: 1 is what no queue can beat",
  ),
  makespanToRecorded: metric(
    "ratio",
    "lower",
    "makespanMs, slowed down again, / the makespan that the trace recorded",
  ),
  criticalPathMs: exact("ms", "none", "longest path of the workflow at its run times, sped up"),
  firstJobMs: metric("ms", "lower", "opening a killed queue to the start of its first handler"),
  recoveryMs: metric("ms", "lower", "opening a killed queue to its open resolving"),
  dbGrowth: metric(
    "ratio",
    "lower",
    "largest size of the database file in the last third of the jobs / in the middle third",
  ),
  walGrowth: metric(
    "ratio",
    "lower",
    "largest size of the write-ahead log in the last third of the jobs / in the middle third",
  ),
  rssGrowth: metric(
    "ratio",
    "lower",
    "largest resident set in the last third of the jobs / in the middle third",
  ),
  latencyGrowth: metric(
    "ratio",
    "lower",
    "99th percentile of sending a job to the commit of its end, in the last third of the jobs / in the middle third",
  ),
  passedJobs: exact("jobs", "none", "jobs that went through the queue, purged ones included"),
  passedJobsPerS: metric(
    "jobs/s",
    "higher",
    "passedJobs / time from the first enqueue to the commit of the last settle",
  ),
  itemsPerS: metric("items/s", "higher", "items of a pass / the median time of a pass"),
  passMsP50: metric("ms", "lower", "one pass over the items, median"),
  passMsP99: metric("ms", "lower", "one pass over the items, 99th percentile"),
  passes: metric("count", "none", "passes measured"),
  queueWaitMsP50: metric("ms", "lower", "ready to claimed, median"),
  queueWaitMsP99: metric("ms", "lower", "ready to claimed, 99th percentile"),
  endToEndJobsPerS: metric(
    "jobs/s",
    "higher",
    "jobs / time from calling submit to the commit of the last settle",
  ),
  endToEndMs: metric("ms", "lower", "calling submit to the commit of the last settle"),
  startMs: metric(
    "ms",
    "lower",
    "start of the trial's process to the start of its workload: loading and warming up",
  ),
  warmUpMs: metric("ms", "lower", "the warm-up, a part of startMs"),
  harnessCpuS: metric("s", "lower", "CPU time of the harness itself while the trial measured"),
  idleCpuPct: metric(
    "%",
    "lower",
    "CPU time of the process while its queue and workers idle, in percent of one core",
  ),
  idleStatements: metric("count", "lower", "SQL statements while the queue and its workers idle"),
  peakRssBytes: metric("bytes", "lower", "largest resident set of the trial process"),
  cpuS: metric("s", "lower", "user and system CPU time of the measured part"),
  dbBytes: metric("bytes", "lower", "size of the database file after a checkpoint"),
  walBytes: metric("bytes", "lower", "size of the write-ahead log when the measured part ended"),
  visibleMs: metric("ms", "lower", "submit resolved to a second connection seeing all rows"),
  statementBytesMax: exact("bytes", "lower", "longest SQL text of the submit"),
  parametersMax: exact("count", "lower", "most parameters bound to one statement of the submit"),
  checkpointMs: metric("ms", "lower", "time spent in CHECKPOINT during the measured part"),
  commits: metric("count", "lower", "transactions committed in the measured part"),
  statements: metric("count", "lower", "SQL statements and appender flushes in the measured part"),
  submitCommits: exact("count", "lower", "transactions of the submit"),
  submitStatements: exact("count", "lower", "SQL statements and appender flushes of the submit"),
  rowsWritten: exact("count", "lower", "rows that the submit wrote"),
  transitionsPerJob: exact("count", "lower", "log rows per job"),
  polls: metric("count", "lower", "claims that workers asked for"),
  conflicts: metric("count", "lower", "transactions that lost a conflict"),
  eventLoopDelayMsP99: metric(
    "ms",
    "lower",
    "event-loop delay of the trial process, 99th percentile",
  ),
} as const satisfies Record<string, Metric>;

/** The name of a known metric. */
export type MetricName = keyof typeof METRICS;

/** Describes any metric name; names from other builds read as a plain number. */
export function metricOf(name: string): Metric {
  return Object.hasOwn(METRICS, name)
    ? METRICS[name as MetricName]
    : { unit: "count", better: "none", deterministic: false, help: name };
}
