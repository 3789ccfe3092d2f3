/**
 * Recorded workflows of the WfInstances collection. They are not part of this repository: the folder is named by
 * QUACKMARK_WFINSTANCES, or lies beside the checkout in `shared/wfinstances`.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readDagFile } from "../../../../src/scenario/dag-file/read-dag-file.ts";

const { QUACKMARK_WFINSTANCES } = process.env;
const FOLDER =
  QUACKMARK_WFINSTANCES ??
  fileURLToPath(new URL("../../../../../shared/wfinstances/", import.meta.url));

describe("recorded workflows", () => {
  test.for([
    { file: "bwa-chameleon-medium-001.json", tasks: 1004, edges: 4000, prioritised: false },
    {
      file: "epigenomics-chameleon-ilmn-4seq-50k-001.json",
      tasks: 1095,
      edges: 1361,
      prioritised: true,
    },
    { file: "montage-chameleon-2mass-01d-001.json", tasks: 103, edges: 231, prioritised: true },
    { file: "rnaseq-dirt02-001.json", tasks: 197, edges: 451, prioritised: false },
    { file: "scrnaseq-dirt02-001.json", tasks: 14, edges: 17, prioritised: false },
    { file: "seismology-chameleon-1100p-001.json", tasks: 1101, edges: 1100, prioritised: true },
  ])("$file has $tasks tasks and $edges dependencies", (instance, { skip }) => {
    const path = join(FOLDER, instance.file);
    skip(
      !existsSync(path),
      `no ${instance.file}: set QUACKMARK_WFINSTANCES to the folder of WfInstances files`,
    );
    const dag = readDagFile(path);
    expect([dag.nodeCount, dag.edgeCount]).toEqual([instance.tasks, instance.edges]);
    const names = Array.from({ length: dag.nodeCount }, (_, node) => dag.nodeName?.(node));
    expect(new Set(names).size).toBe(instance.tasks);
    expect(dag.priority !== undefined).toBe(instance.prioritised);
    const unrecorded = names.filter((_, node) => dag.runtimeMs?.(node) === undefined);
    expect(unrecorded).toEqual([]);
  });
});
