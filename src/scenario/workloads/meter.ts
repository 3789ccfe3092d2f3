/** Meters of the measured part: time, CPU, event loop, and the engine's own counters. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Queue } from "../../engine/index.ts";
import { fileBytes } from "./with-queue.ts";

/** How often the event loop is probed. The probe's own period is taken off its figures. */
const PROBE_INTERVAL_MS = 10;
const NS_PER_MS = 1e6;
const US_PER_S = 1e6;
const US_PER_MS = 1e3;

/** What the meters saw between start and stop. */
export interface Reading {
  readonly elapsedMs: number;
  /** The metrics that every workload shares. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Starts the meters; the function returned reads them. Neither scans anything. */
export function startMeters(queue: Queue, databasePath: string): () => Reading {
  const before = { ...queue.stats() };
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  return () => {
    const elapsedMs = performance.now() - startMs;
    const cpu = process.cpuUsage(cpuBefore);
    const after = queue.stats();
    return {
      elapsedMs,
      metrics: {
        cpuS: (cpu.user + cpu.system) / US_PER_S,
        walBytes: fileBytes(`${databasePath}.wal`),
        commits: after.commits - before.commits,
        statements: after.statements - before.statements,
        polls: after.polls - before.polls,
        conflicts: after.conflicts - before.conflicts,
        checkpointMs: after.checkpointMs - before.checkpointMs,
      },
    };
  };
}

/** What a queue costs while nothing comes and its workers wait, over so many milliseconds. */
export async function measureIdle(queue: Queue, forMs: number): Promise<Record<string, number>> {
  const { statements } = queue.stats();
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  await sleep(forMs);
  const cpu = process.cpuUsage(cpuBefore);
  const tookUs = (performance.now() - startMs) * US_PER_MS;
  return {
    idleCpuPct: ((cpu.user + cpu.system) / tookUs) * 100,
    idleStatements: queue.stats().statements - statements,
  };
}

/** Starts to watch for stalls of the event loop; the function returned gives the 99th percentile in ms. */
export function watchEventLoop(): () => Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: PROBE_INTERVAL_MS });
  delays.enable();
  return async () => {
    // A stall that lasts until now is recorded by the next probe.
    await sleep(2 * PROBE_INTERVAL_MS);
    delays.disable();
    return Math.max(0, delays.percentile(99) / NS_PER_MS - PROBE_INTERVAL_MS);
  };
}
