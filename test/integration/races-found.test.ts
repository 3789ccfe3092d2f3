/** Faults of the engine that bench races found: each would be back without what mended it. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Queue } from "../../src/engine/index.ts";
import { RaceProcess } from "../../src/races/campaign/process-pool.ts";
import { buildMutant } from "../../src/races/mutants/build-mutant.ts";
import { readMutants } from "../../src/races/mutants/mutant.ts";
import { replayRace } from "../../src/races/replay-race.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A worker whose settle was rolled back gave up claiming: three jobs, one failed commit. M38 puts it back. */
const GAVE_UP =
  "rq1:commit-errors:ZVFNSwMxEP0r8s6jZPuBNEdvCoIHb8se0uysTTeb1NmsUkr_u8xWkSqBgXkv770Zpj5h9JychAwLn4chlFsWyTKC4HPqwhvsCZHdyM8j7MYQDjnGx1RYPlxUrDLGGIJwkeOD833uOoUXP9hTKIXlxRdYQ2jFhaT80hBKGDhPRdv1bNJOvm-3rzth16r1mTCWLAyLLkQG4TNLzzLC1icd0E8inPwRtiL46MLw4IrfqbRRIHAql8_JDWpzgW4MCPlwYfIBFuO0HUIBQaYEO1dCyi1fqfcLnOm3W4HgusICWyvXnPXR37DqX1hkPoAwjLCrtQpmmNP7xJNuuc_b69x7zNYNoXNT_F7JFVhEl_jucjqduOxgN4Q-pFYd9ZYqpbo2tGyoXlLVUL2e66qiqmmaLw";

test("the schedule that shows a worker which gave up after a failed commit is clean, and finds it where the fault is back", async () => {
  expect((await replayRace(GAVE_UP)).findings).toEqual([]);
  const mutants = `${root}test/mutants`;
  const fault = readMutants(mutants).find(({ id }) => id === "M38");
  if (fault === undefined) throw new Error("M38 is gone");
  const copy = new RaceProcess({
    root: buildMutant({ root, mutants }, fault),
    taskLimitMs: 60_000,
  });
  const shown = await copy.ask({ kind: "replay", line: GAVE_UP });
  copy.stop();
  expect("findings" in shown && shown.findings[0]?.id).toBe("J4");
});

test("a queue whose store has died refuses what was staged meanwhile, and closes", async () => {
  let late: Promise<unknown> = Promise.resolve();
  let armed = false;
  const queue = await Queue.open({
    path: ":memory:",
    async gate(point) {
      if (!armed || point !== "lane.commit") return;
      armed = false;
      late = queue.enqueue({ task: "work" }).catch((error: unknown) => error);
      throw new Error("the disk is gone");
    },
  });
  queue.task("work", () => null);
  armed = true;
  await expect(queue.enqueue({ task: "work" })).rejects.toMatchObject({ code: "STORE_IN_DOUBT" });
  expect(await late).toMatchObject({ code: "STORE_IN_DOUBT" });
  await queue.close().catch(() => undefined);
});
