/**
 * Recorded workflows of the WfInstances collection are submitted, drained and checked. They are not part of
 * this repository: QUACKMARK_WFINSTANCES names their folder, or it lies beside the checkout in `shared/wfinstances`.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { auditFile } from "../../src/engine/index.ts";
import { readDagFile } from "../../src/scenario/dag-file/read-dag-file.ts";
import { PROGRAMS } from "../../src/scenario/workloads/programs.ts";
import { workloadRun } from "../support/workload-run.ts";

const { QUACKMARK_WFINSTANCES } = process.env;
const FOLDER =
  QUACKMARK_WFINSTANCES ?? fileURLToPath(new URL("../../../shared/wfinstances/", import.meta.url));
const files = existsSync(FOLDER)
  ? readdirSync(FOLDER).filter((name) => name.endsWith(".json"))
  : [];

describe("recorded workflows", () => {
  test.skipIf(files.length > 0)(
    "are not here: set QUACKMARK_WFINSTANCES to the folder of WfInstances files",
    ({ skip }) => skip(),
  );

  test.for(files)("%s drains, every task once and after its parents", async (file) => {
    const folder = mkdtempSync(join(tmpdir(), "quackmark-test-"));
    try {
      const databasePath = join(folder, "queue.db");
      const dag = readDagFile(join(FOLDER, file));
      const parameters = { concurrency: 100, claimBatch: 100, wake: "notify" };
      const { run } = workloadRun(folder, { dag, parameters, databasePath });
      const metrics = await PROGRAMS.drain(run);
      expect(metrics).toMatchObject({ jobs: dag.nodeCount, edges: dag.edgeCount });
      expect(await auditFile(databasePath)).toMatchObject({
        jobs: dag.nodeCount,
        edges: dag.edgeCount,
        doneOnce: true,
        ordered: true,
        violations: [],
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
