/** Schedules on a virtual clock: one firing for each slot, over reopens, downtime and changes of the clocks. */
import { describe, expect, it } from "vitest";
import type { Queue, ScheduleInput } from "../../src/engine/index.ts";
import { queueBench } from "../support/open-queue.ts";
import { until } from "../support/until.ts";

const bench = queueBench();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const JOB = { task: "tick" };

async function open(options = {}): Promise<Queue> {
  const queue = await bench.open(options);
  queue.task("tick", () => undefined);
  return queue;
}

/** The slots that fired so far, by the log, as ISO times. */
async function fired(queue: Queue): Promise<string[]> {
  const rows = await queue.sql("SELECT value FROM control WHERE kind = 'fired' ORDER BY seq");
  return rows.map(({ value }) => new Date(Number(value)).toISOString());
}

/** Moves time on, and waits until so many slots have fired in all. */
async function advance(queue: Queue, byMs: number, count: number): Promise<void> {
  bench.clock.advance(byMs);
  await until(async () => {
    // A timer that is due at once runs when the clock is moved, if only by nothing.
    bench.clock.advance(0);
    return (await fired(queue)).length === count;
  });
  // The timer for the next slot is armed when the firing has returned.
  await until(() => bench.clock.nextTimerMs < Number.POSITIVE_INFINITY);
}

describe("Q11: schedules", () => {
  it("Q11: fires once for each slot, in one commit with the job, and goes on after a reopen", async () => {
    let queue = await open();
    await queue.schedules.set("hourly", { cron: "0 * * * *", job: { ...JOB, args: { n: 1 } } });
    expect(await fired(queue)).toEqual([]);
    await advance(queue, HOUR, 1);
    await queue.close();
    queue = await open();
    await advance(queue, HOUR, 2);
    expect(await fired(queue)).toEqual(["2026-01-01T01:00:00.000Z", "2026-01-01T02:00:00.000Z"]);
    expect(await queue.sql("SELECT id::INTEGER AS id, args FROM jobs ORDER BY id")).toEqual([
      { id: 1, args: '{"n":1}' },
      { id: 2, args: '{"n":1}' },
    ]);
    const [schedule] = await queue.schedules.list();
    expect(schedule).toMatchObject({ name: "hourly", cron: "0 * * * *", job: JOB });
    expect(schedule?.lastSlot?.toISOString()).toBe("2026-01-01T02:00:00.000Z");
    expect(schedule?.nextSlot?.toISOString()).toBe("2026-01-01T03:00:00.000Z");
  });

  it("Q11: fires no slot twice and none without its job when the commit of a firing fails", async () => {
    for (const [step, jobs] of [
      ["lane.commit", 0],
      ["lane.committed", 1],
    ] as const) {
      let armed = false;
      const lines: string[] = [];
      const queue = await open({
        path: bench.path.replace("queue", step),
        logger: (line: string) => lines.push(line),
        gate: async (point: string) => {
          if (!armed || point !== step) return;
          armed = false;
          throw new Error("planted");
        },
      });
      await queue.schedules.set("hourly", { cron: "0 * * * *", job: JOB });
      armed = true;
      bench.clock.advance(HOUR);
      await until(() => !armed);
      await queue.selfCheck();
      expect(await queue.counts()).toMatchObject({ jobs });
      // The slot that certainly had no effect fires again.
      bench.clock.advance(queue.config.pollIntervalMs);
      await until(async () => (await queue.counts()).jobs === 1);
      expect((await fired(queue)).length).toBe(1);
      await queue.close();
    }
  });

  it.each([
    ["none", []],
    ["latest", ["2026-01-01T05:00:00.000Z"]],
    ["all", ["2026-01-01T03:00:00.000Z", "2026-01-01T04:00:00.000Z", "2026-01-01T05:00:00.000Z"]],
  ] as const)("Q11: after downtime the policy %s fires %j", async (catchUp, slots) => {
    const config = { catchUpMaxSlots: 3 };
    let queue = await open({ config });
    await queue.schedules.set("hourly", { cron: "0 * * * *", catchUp, job: JOB });
    await queue.close();
    bench.clock.advance(5 * HOUR + 30 * MINUTE);
    queue = await open({ config });
    const all = [...slots, "2026-01-01T06:00:00.000Z"];
    await new Promise((resolve) => setImmediate(resolve));
    await advance(queue, 0, slots.length);
    await advance(queue, 30 * MINUTE, all.length);
    expect(await fired(queue)).toEqual(all);
    expect(await queue.counts()).toMatchObject({ jobs: all.length });
  });

  it("Q11: fires by the wall clock of a time zone, also when the clocks change", async () => {
    // Months pass here, and the slots that fired are read from a log that retention would shorten.
    const queue = await open({ config: { profile: "ci" } });
    await queue.schedules.set("berlin", {
      cron: "30 2 * * *",
      timezone: "Europe/Berlin",
      catchUp: "none",
      job: JOB,
    });
    await advance(queue, Date.UTC(2026, 2, 28, 12) - bench.clock.now(), 1);
    // 2026-03-29: 02:30 does not exist in Berlin, and the first moment after the gap stands for it.
    for (let day = 1; day <= 3; day++) await advance(queue, 24 * HOUR, 1 + day);
    expect((await fired(queue)).slice(1)).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:30:00.000Z",
      "2026-03-31T00:30:00.000Z",
    ]);
  });

  it("Q11: an interval counts from the moment in which it was set, also after a reopen", async () => {
    let queue = await open();
    bench.clock.advance(1234);
    await queue.schedules.set("often", { everyMs: 5000, job: JOB });
    await advance(queue, 5000, 1);
    await queue.close();
    bench.clock.advance(1000);
    queue = await open();
    await advance(queue, 4000, 2);
    expect(await fired(queue)).toEqual(["2026-01-01T00:00:06.234Z", "2026-01-01T00:00:11.234Z"]);
  });

  it("Q11: replaces a schedule of the same name, adds no second job under a unique key, and removes", async () => {
    const queue = await open();
    const slots: number[] = [];
    queue.on("schedule", ({ jobId }) => slots.push(jobId));
    await queue.schedules.set("s", { cron: "0 * * * *", job: JOB });
    await queue.schedules.set("s", { everyMs: MINUTE, job: { ...JOB, uniqueKey: "one" } });
    await advance(queue, MINUTE, 1);
    await advance(queue, MINUTE, 2);
    expect(slots).toEqual([1, 1]);
    expect(await queue.counts()).toMatchObject({ jobs: 1 });
    expect(await queue.schedules.remove("s")).toBe(true);
    expect(await queue.schedules.remove("s")).toBe(false);
    expect(await queue.schedules.list()).toEqual([]);
    bench.clock.advance(HOUR);
    expect(bench.clock.nextTimerMs).toBe(Number.POSITIVE_INFINITY);
  });

  it.each<[Partial<ScheduleInput>, RegExp]>([
    [{ cron: "0 0 30 2 *" }, /never fires/],
    [{ cron: "61 * * * *" }, /cannot be read/],
    [{ cron: "* * * * *", timezone: "Mars/Base" }, /Mars\/Base/],
    [{}, /one of the two/],
    [{ cron: "* * * * *", everyMs: 5 }, /one of the two/],
    [{ everyMs: 0 }, /everyMs: 0/],
    [{ everyMs: 5, timezone: "UTC" }, /no time zone/],
    [{ everyMs: 5, catchUp: "some" as never }, /catchUp: "some"/],
    [{ everyMs: 5, job: { task: "gone" } }, /no task "gone"/],
    [{ everyMs: 5, job: { ...JOB, priority: 101 } }, /priority 101/],
  ])("Q11: refuses %j and stores nothing", async (wrong, message) => {
    const queue = await open();
    await expect(queue.schedules.set("s", { job: JOB, ...wrong })).rejects.toThrow(message);
    expect(await queue.schedules.list()).toEqual([]);
  });
});
