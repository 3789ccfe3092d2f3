/** `fan-out-fan-in`: rounds of one job, many that wait for it, and one that waits for all of those. */
import { startMeters } from "./meter.ts";
import { requireDone } from "./run-end.ts";
import { startWorkers } from "./start-workers.ts";
import { WATCHED_TASK, watchJobs } from "./watched-jobs.ts";
import { withQueue } from "./with-queue.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** See the file's head. */
export function fanOutFanInWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { databasePath, observer, parameters, recorder } = run;
  const width = Number(parameters["width"]);
  const rounds = Number(parameters["rounds"]);
  const jobs = rounds * (width + 1) + 1;
  return withQueue(run, async (queue) => {
    const startsMs = new Float64Array(jobs);
    const endsMs = new Float64Array(jobs);
    watchJobs(
      queue,
      {
        ...run.jobs,
        call: async (i, context) => {
          const result = await run.jobs.call(i, context);
          endsMs[i] = performance.now();
          return result;
        },
      },
      (i) => {
        startsMs[i] = performance.now();
      },
    );
    startWorkers(queue, parameters);
    observer.began();
    const stopMeters = startMeters(queue, databasePath);
    const { runId, edges } = await queue.submit({
      name: "rounds",
      nodes: Array.from({ length: jobs }, (_, i) => ({ task: WATCHED_TASK, args: { i } })),
      edges: roundEdges(width, rounds),
    });
    const end = await queue.waitForRun(runId);
    const { elapsedMs, metrics } = stopMeters();
    observer.ended();
    requireDone(end);
    const [addFan, addJoin] = [recorder.latency("fanMs"), recorder.latency("joinMs")];
    for (let round = 0; round < rounds; round++) {
      const source = round * (width + 1);
      const join = source + width + 1;
      const [starts, ends] = [startsMs, endsMs].map((column) => column.subarray(source + 1, join));
      addFan(Math.max(...bounds(starts)) - (endsMs[source] ?? 0));
      addJoin((startsMs[join] ?? 0) - Math.max(...bounds(ends)));
    }
    return {
      ...metrics,
      jobs,
      edges,
      endToEndMs: elapsedMs,
      endToEndJobsPerS: (jobs / elapsedMs) * 1000,
    };
  });
}

/** Smallest and largest value, without spreading a million arguments. */
function bounds(values: Float64Array | undefined): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values ?? []) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** (child, parent) pairs: the source of a round is the join of the one before. */
function* roundEdges(width: number, rounds: number): Generator<[number, number]> {
  for (let round = 0; round < rounds; round++) {
    const source = round * (width + 1);
    const join = source + width + 1;
    for (let branch = source + 1; branch < join; branch++) {
      yield [branch, source];
      yield [join, branch];
    }
  }
}
