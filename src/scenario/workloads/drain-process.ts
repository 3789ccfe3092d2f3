/** The program of one of several processes that drain a PostgreSQL queue: opens it, says so, works when told, and ends when told. */
import { once } from "node:events";
import type { DrainOrder, DrainReply } from "./drain-processes.ts";
import { NOOP_JOBS } from "./job-source.ts";
import { loadEngine } from "./load-engine.ts";
import { makeWorkers } from "./start-workers.ts";
import { trialConfig } from "./with-queue.ts";

const US_PER_S = 1e6;

function reply(message: DrainReply): void {
  process.send?.(message);
}

async function work(order: DrainOrder): Promise<void> {
  const { url, durability, settings, parameters } = order;
  const engine = await loadEngine(order.engine);
  const queue = await engine.Queue.open({ url, durability, config: trialConfig(engine, settings) });
  NOOP_JOBS.register(queue);
  let settled = 0;
  const onSettled = ({ length }: { readonly length: number }): void => {
    settled += length;
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
process.once("message", (order: DrainOrder) => void work(order));
