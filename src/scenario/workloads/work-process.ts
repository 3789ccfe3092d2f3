/** The program of one of several processes that work on a PostgreSQL queue: opens it, says so, works when told, and ends when told. */
import { once } from "node:events";
import type { WorkerOptions } from "../../engine/index.ts";
import { JobEnds } from "./job-ends.ts";
import { NOOP_JOBS } from "./job-source.ts";
import { loadEngine } from "./load-engine.ts";
import { makeWorkers } from "./start-workers.ts";
import { watchJobs } from "./watched-jobs.ts";
import { trialConfig } from "./with-queue.ts";
import type { WorkOrder, WorkReply } from "./work-processes.ts";

const US_PER_S = 1e6;

function reply(message: WorkReply): void {
  process.send?.(message);
}

async function work(order: WorkOrder): Promise<void> {
  const { url, durability, settings, parameters } = order;
  const engine = await loadEngine(order.engine);
  const queue = await engine.Queue.open({ url, durability, config: trialConfig(engine, settings) });
  NOOP_JOBS.register(queue);
  const ends = new JobEnds(queue.config.maxAttempts);
  watchJobs(queue, NOOP_JOBS, (i, { jobId }) => ends.began(jobId, i));
  let settled = 0;
  let ended: number[] = [];
  ends.onEnd = (i) => ended.push(i);
  const onSettled: WorkerOptions["onSettled"] = (outcomes) => {
    settled += outcomes.length;
    ends.settled(outcomes);
    if (ended.length === 0) return;
    reply({ state: "jobs", jobs: ended, atMs: performance.timeOrigin + performance.now() });
    ended = [];
  };
  const workers = makeWorkers(queue, parameters, { onSettled });
  reply({ state: "ready" });
  await once(process, "message");
  const before = process.cpuUsage();
  for (const worker of workers) worker.start();
  await once(process, "message");
  const cpu = process.cpuUsage(before);
  const { commits, statements, polls, conflicts } = queue.stats();
  await queue.close();
  const cpuS = (cpu.user + cpu.system) / US_PER_S;
  reply({ state: "ended", settled, metrics: { cpuS, commits, statements, polls, conflicts } });
  process.removeAllListeners("disconnect");
  process.disconnect();
}

/** Without the process that started it nobody would end it. */
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.once("message", (order: WorkOrder) => void work(order));
