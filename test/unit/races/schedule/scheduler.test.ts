import { describe, expect, test } from "vitest";
import {
  inOrder,
  nearMisses,
  randomWalk,
  replay,
  swapped,
} from "../../../../src/races/schedule/pickers.ts";
import { Scheduler } from "../../../../src/races/schedule/scheduler.ts";
import { type Picker, START_MS } from "../../../../src/races/schedule/step.ts";

/** Three threads of three steps each; returns the order in which they went. */
async function threads(picker: Picker): Promise<{ order: string; scheduler: Scheduler }> {
  const scheduler = new Scheduler(picker);
  let order = "";
  let left = 3;
  for (const owner of ["a", "b", "c"]) {
    void (async () => {
      for (let n = 0; n < 3; n++) {
        await scheduler.step({ owner, label: "goes", job: 1 });
        order += owner;
      }
      left--;
    })();
  }
  await scheduler.run(() => left === 0, 100);
  return { order, scheduler };
}

describe("the scheduler", () => {
  test("goes on with whoever runs, where nobody preempts", async () => {
    expect((await threads(inOrder)).order).toBe("aaabbbccc");
  });

  test("lets another go first exactly where the schedule says so", async () => {
    expect((await threads(replay([0, 1]))).order).toBe("abbbcccaa");
  });

  test("gives one order for one seed, and another for another", async () => {
    const walk = async (seed: number) => (await threads(randomWalk(seed))).order;
    expect(await walk(7)).toBe(await walk(7));
    const orders = new Set(await Promise.all([1, 2, 3, 4, 5, 6].map(walk)));
    expect(orders.size).toBeGreaterThan(1);
  });

  test("replays a walk from its choices alone", async () => {
    const { order, scheduler } = await threads(randomWalk(3));
    const again = await threads(replay(scheduler.taken.map(({ choice }) => choice)));
    expect(again.order).toBe(order);
    expect(again.scheduler.traceHash).toBe(scheduler.traceHash);
  });

  test.each([
    ["all of a schedule that fits", [0, 1], 1],
    ["none that comes after the last step", [0, 1, ...Array<number>(20).fill(0), 1], 1],
    ["none where fewer are ready than it names", [0, 3, 1], 1],
  ])("counts the choices of a replay that were made: %s", async (_, choices, made) => {
    const picker = replay(choices);
    await threads(picker);
    expect(picker.made).toBe(made);
  });

  test("tells of time that passes although somebody could go on, and of no other", async () => {
    const stalled = async (picker: Picker) => {
      const scheduler = new Scheduler(picker);
      const told: number[] = [];
      scheduler.onStall = (ms) => told.push(ms);
      let left = 2;
      void scheduler.sleep("a", 7).then(() => left--);
      void scheduler.step({ owner: "b", label: "goes", job: 0 }).then(() => left--);
      await scheduler.run(() => left === 0, 10);
      return told;
    };
    expect(await stalled(inOrder)).toEqual([]);
    expect(await stalled(replay([1]))).toEqual([7]);
  });

  test("turns a near miss round", async () => {
    const { scheduler } = await threads(inOrder);
    const [miss] = nearMisses(scheduler.taken);
    expect(miss).toEqual({ step: 0, owner: "b" });
    const order = (await threads(swapped([], miss as NonNullable<typeof miss>))).order;
    expect(order[0]).toBe("b");
  });

  test("moves time only to the next timer, and only when that is picked", async () => {
    const scheduler = new Scheduler(inOrder);
    const fired: number[] = [];
    for (const delayMs of [50, 20])
      scheduler.clock.setTimer(() => fired.push(scheduler.nowMs - START_MS), delayMs);
    const cancel = scheduler.clock.setTimer(() => fired.push(-1), 30);
    cancel();
    scheduler.clock.defer(() => fired.push(scheduler.nowMs - START_MS));
    await scheduler.run(() => false, 100);
    expect(fired).toEqual([0, 20, 50]);
  });
});
