/** Studies the backstop poll: workers that wait, woken by notices or by polls of several intervals. */

import type { Found } from "./found.ts";
import { measure, type TuneBench, valuesOf } from "./measure.ts";
import { choosePollInterval, type WaitingWorker } from "./poll-choice.ts";
import type { Study, TuneMode } from "./studies.ts";

/** The part of a study that is about polling. */
type Poll = Extract<Study["how"], { kind: "poll" }>;

/** See the file's head; `null` where too little was measured. */
export async function studyPoll(
  { values, jobs, arrivalRate, idleMs }: Poll,
  { mode, bench, shipped }: { mode: TuneMode; bench: TuneBench; shipped: number },
): Promise<Found | null> {
  const intervals = [...new Set([...values[mode], shipped])];
  const cells = await measure(bench, "pollIntervalMs", "wake-latency", {
    jobs: String(jobs),
    idle: String(idleMs),
    arrivalRate: String(arrivalRate),
    wake: "notify,poll",
    pollInterval: intervals.join(","),
  });
  const workers: WaitingWorker[] = [null, ...intervals].map((pollIntervalMs) => {
    const cell: Readonly<Record<string, string | number>> =
      pollIntervalMs === null ? { wake: "notify" } : { wake: "poll", pollInterval: pollIntervalMs };
    return {
      pollIntervalMs,
      wakeMs: valuesOf(cells, cell, "wakeMsP99"),
      idleCpuPct: valuesOf(cells, cell, "idleCpuPct"),
    };
  });
  const answer = choosePollInterval(workers, shipped);
  return answer === null ? null : { ...answer, crossovers: [], heldOut: [] };
}
