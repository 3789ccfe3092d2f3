/** A workload's run for tests: a fresh database, our own jobs, and everything that it records in plain arrays. */
import { join } from "node:path";
import { auditFile, expand, map, Queue, SETTINGS } from "../../src/engine/index.ts";
import { generateDag } from "../../src/scenario/generate-dag.ts";
import { NOOP_JOBS } from "../../src/scenario/workloads/job-source.ts";
import type { WorkloadRun } from "../../src/scenario/workloads/workload-run.ts";

/** What a run has told its observer and its recorder. */
export interface Seen {
  readonly marks: string[];
  readonly latencies: Record<string, number[]>;
  readonly series: Record<string, [number, number][]>;
}

/** A run in `folder` that overrides the given parts, and what is seen of it. */
export function workloadRun(
  folder: string,
  parts: Partial<WorkloadRun>,
): { readonly run: WorkloadRun; readonly seen: Seen } {
  const seen: Seen = { marks: [], latencies: {}, series: {} };
  const run: WorkloadRun = {
    engine: {
      folder: null,
      Queue,
      SETTINGS,
      auditFile,
      expand,
      map,
      lab: () => import("../../src/engine/lab.ts"),
    },
    // 10 jobs, 9 edges.
    dag: generateDag("chain", 10, 1),
    jobs: NOOP_JOBS,
    seed: 1,
    parameters: {},
    databasePath: join(folder, "queue.db"),
    durability: "relaxed",
    settings: {},
    observer: {
      began: () => void seen.marks.push("began"),
      progressed: () => undefined,
      ended: () => void seen.marks.push("ended"),
    },
    recorder: {
      latency(name) {
        const values = seen.latencies[name] ?? [];
        seen.latencies[name] = values;
        return (ms) => void values.push(ms);
      },
      series(name) {
        const samples = seen.series[name] ?? [];
        seen.series[name] = samples;
        return (atMs, value) => void samples.push([atMs, value]);
      },
    },
    ...parts,
  };
  return { run, seen };
}
