/** Cases with one thing less, the biggest things first. */
import type { ClientSpec, JobSpec, Op, RaceCase } from "../cases/race-case.ts";

/** Longer than any case takes: each poll is a timer, and a stall over ten timers counts as ten preemptions. */
const QUIET_POLL_MS = 10_000;

/** See the file's head. */
export function* smallerCases(raceCase: RaceCase): Generator<RaceCase> {
  const { faults, clients, workers, limits, config } = raceCase;
  if ((config.pollIntervalMs ?? 0) < QUIET_POLL_MS)
    yield { ...raceCase, config: { ...config, pollIntervalMs: QUIET_POLL_MS } };
  for (const fewer of dropOne(faults)) yield { ...raceCase, faults: fewer };
  for (const fewer of dropOne(clients)) yield { ...raceCase, clients: fewer };
  for (const fewer of dropOne(workers)) yield { ...raceCase, workers: fewer };
  if (limits !== undefined) {
    const { limits: _, ...without } = raceCase;
    yield without;
  }
  for (const [index, client] of clients.entries())
    for (const smaller of smallerClients(client))
      yield { ...raceCase, clients: clients.with(index, smaller) };
  for (const [index, worker] of workers.entries()) {
    if (worker.concurrency > 1 || worker.claimBatch > 1)
      yield {
        ...raceCase,
        workers: workers.with(index, { ...worker, concurrency: 1, claimBatch: 1 }),
      };
  }
  if (raceCase.store === "file" && faults.length === 0) yield { ...raceCase, store: "memory" };
}

function* dropOne<T>(items: readonly T[]): Generator<T[]> {
  for (const index of items.keys()) yield items.filter((_, other) => other !== index);
}

function* smallerClients(client: ClientSpec): Generator<ClientSpec> {
  for (const ops of dropOne(client.ops)) if (ops.length > 0) yield { ...client, ops };
  for (const [index, op] of client.ops.entries())
    for (const smaller of smallerOps(op)) yield { ...client, ops: client.ops.with(index, smaller) };
}

function* smallerOps(op: Op): Generator<Op> {
  if (op.op === "enqueue") for (const jobs of smallerJobs(op.jobs)) yield { ...op, jobs };
  if (op.op === "submit") for (const nodes of smallerJobs(op.nodes)) yield { ...op, nodes };
  if (op.op === "hand" && op.limit > 1) yield { ...op, limit: 1 };
}

function* smallerJobs(jobs: readonly JobSpec[]): Generator<JobSpec[]> {
  for (const fewer of dropOne(jobs)) if (fewer.length > 0) yield withoutDangling(fewer);
  for (const [index, job] of jobs.entries())
    for (const smaller of smallerJob(job)) yield jobs.with(index, smaller) as JobSpec[];
}

/** Edges to nodes that are gone go with them. */
function withoutDangling(jobs: readonly JobSpec[]): JobSpec[] {
  const names = new Set(jobs.map(({ name }) => name));
  return jobs.map((job) => {
    const { after, ...rest } = job;
    const kept = (after ?? []).filter((name) => names.has(name));
    return kept.length === 0 ? rest : { ...rest, after: kept };
  });
}

function* smallerJob(job: JobSpec): Generator<JobSpec> {
  const { after = [], does, ...plain } = job;
  const keptEdges = after.length > 0 ? { after } : {};
  if (does !== undefined) yield { ...plain, ...keptEdges };
  if (does?.nodes !== undefined)
    for (const nodes of smallerJobs(does.nodes)) yield { ...job, does: { ...does, nodes } };
  if (after.length > 1) for (const fewer of dropOne(after)) yield { ...job, after: fewer };
  for (const option of ["priority", "delayMs", "limitKey", "trigger", "backoffMs"] as const) {
    if (job[option] === undefined) continue;
    const { [option]: _, ...without } = job;
    yield without;
  }
}
