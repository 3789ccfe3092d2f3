/** Faults of the engine that bench races found: each would be back without what mended it. */
import { expect, test } from "vitest";
import { Queue } from "../../src/engine/index.ts";

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
