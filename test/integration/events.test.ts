/** What the queue tells of a commit that failed. The rest is in conformance/events.test.ts. */
import { describe, expect, it } from "vitest";
import { queueBench } from "../support/open-queue.ts";

const bench = queueBench();

describe("Q13: events", () => {
  it("Q13: tells nothing of a commit that failed, and a listener that throws stops nobody", async () => {
    let armed = false;
    const lines: string[] = [];
    const queue = await bench.open({
      logger: (line) => lines.push(line),
      gate: async (point) => {
        if (!armed || point !== "lane.commit") return;
        armed = false;
        throw new Error("planted");
      },
    });
    queue.task("t", () => undefined);
    const told: number[] = [];
    queue.on("enqueued", () => {
      throw new Error("listener");
    });
    queue.on("enqueued", ({ jobId }) => told.push(jobId));
    armed = true;
    await expect(queue.enqueue({ task: "t" })).rejects.toMatchObject({ code: "NOT_COMMITTED" });
    const second = await queue.enqueue({ task: "t" });
    expect(told).toEqual([second]);
    expect(lines).toEqual(["error: listener"]);
  });
});
