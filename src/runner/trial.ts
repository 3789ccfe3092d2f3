/**
 * The program of a trial process, started by trial-process.ts: takes one order, measures a cell once
 * on a fresh database or checks a finished one, answers, and ends.
 */
import { join } from "node:path";
import { auditFile } from "../engine/index.ts";
import { messageOf } from "../lib/errors.ts";
import type { Checks } from "../results/result.ts";
import { startTrialEnvironment, type TrialWatch } from "../results/trial-environment.ts";
import { readDagFile } from "../scenario/dag-file/read-dag-file.ts";
import type { DagShape } from "../scenario/dag-shape.ts";
import { generateDag, SHAPE_NAMES } from "../scenario/generate-dag.ts";
import { PROGRAMS } from "../scenario/workloads/programs.ts";
import { DATABASE_FILE, type TrialOrder, type TrialReply } from "./trial-message.ts";
import { warmUp } from "./warm-up.ts";

const BYTES_PER_KIB = 1024;

function reply(message: TrialReply): void {
  process.send?.(message);
}

async function measure(order: TrialOrder): Promise<TrialReply> {
  const dag = dagOf(order);
  await warmUp(order);
  let watch: TrialWatch = startTrialEnvironment();
  let environment = watch.end();
  let peakRssBytes = 0;
  const metrics = await PROGRAMS[order.workload]({
    dag,
    parameters: order.parameters,
    databasePath: join(order.folder, DATABASE_FILE),
    durability: order.durability,
    observer: {
      began() {
        reply({ kind: "began" });
        watch = startTrialEnvironment();
      },
      progressed(rowsDone, rowsTotal) {
        reply({ kind: "progress", rowsDone, rowsTotal, environment: watch.end() });
      },
      ended() {
        environment = watch.end();
        peakRssBytes = process.resourceUsage().maxRSS * BYTES_PER_KIB;
        reply({ kind: "ended" });
      },
    },
  });
  return { kind: "measured", metrics: { ...metrics, peakRssBytes }, environment };
}

/** Reopens the database, as after a restart, and verifies its tables. */
async function check(order: TrialOrder): Promise<TrialReply> {
  const path = join(order.folder, DATABASE_FILE);
  const { jobs, edges, doneOnce, ordered, checksum, violations } = await auditFile(path);
  const checks: Checks =
    order.workload === "drain"
      ? { jobs, edges, doneOnce, ordered, checksum, violations: [...violations] }
      : // Nothing ran: the audit's complaints that jobs are not done do not apply.
        { jobs, edges, doneOnce: null, ordered: null, checksum, violations: [] };
  return { kind: "checked", checks };
}

function dagOf({ dagFile, parameters, seed }: TrialOrder): DagShape {
  if (dagFile !== null) return readDagFile(dagFile);
  const { shape, dagSize } = parameters;
  const known = SHAPE_NAMES.find((name) => name === shape);
  if (known === undefined) throw new Error(`no generator for shape ${shape}`);
  return generateDag(known, Number(dagSize), seed);
}

/** Without its runner a trial is of no use to anybody. */
function endOrphan(): void {
  process.kill(process.pid, "SIGKILL");
}

async function obey(order: TrialOrder): Promise<void> {
  const answer = await (order.mode === "measure" ? measure(order) : check(order)).catch(
    (error: unknown): TrialReply => ({ kind: "failed", reason: messageOf(error) }),
  );
  process.off("disconnect", endOrphan);
  process.send?.(answer, () => process.disconnect());
}

// Ctrl-C reaches the whole process group; the runner decides what becomes of the trial.
process.on("SIGINT", () => undefined);
process.once("disconnect", endOrphan);
process.once("message", (order: TrialOrder) => void obey(order));
