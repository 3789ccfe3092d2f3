import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deviated } from "../../../../src/races/schedule/deviate.ts";
import { Follower, goesOn } from "../../../../src/races/schedule/follow.ts";
import { fewPreemptions, randomWalk } from "../../../../src/races/schedule/pickers.ts";
import { Scheduler } from "../../../../src/races/schedule/scheduler.ts";
import { SeededRandom } from "../../../../src/races/schedule/seeded-random.ts";
import { type Passed, type Picker, START_MS } from "../../../../src/races/schedule/step.ts";

/** What a thread does: 0 for a step, else a sleep of so many milliseconds. */
type Thread = readonly number[];

async function run(threads: readonly Thread[], picker: Picker): Promise<Scheduler> {
  const scheduler = new Scheduler(picker);
  let left = threads.length;
  threads.forEach(async (thread, index) => {
    const owner = `thread ${index}`;
    for (const ms of thread) {
      if (ms === 0) await scheduler.step({ owner, label: "goes", job: 0 });
      else await scheduler.sleep(owner, ms);
    }
    left--;
  });
  expect(await scheduler.run(() => left === 0, 1_000)).toBe("until");
  return scheduler;
}

const choicesOf = ({ taken }: Scheduler): number[] => taken.map(({ choice }) => choice);

function passed(owner: string, atMs: number): Passed {
  return { owner, label: "goes", job: 0, nowMs: START_MS + atMs };
}

const someThreads = fc.array(
  fc.array(
    fc.nat(9).map((n) => (n < 5 ? 0 : n)),
    { maxLength: 8 },
  ),
  {
    minLength: 1,
    maxLength: 5,
  },
);

describe("who follows an order", () => {
  test("makes the choices of the run that it was recorded from, sleeps and stalls too", async () => {
    await fc.assert(
      fc.asyncProperty(someThreads, fc.nat(1_000), async (threads, seed) => {
        const recorded = await run(threads, randomWalk(seed));
        const follower = new Follower(recorded.taken);
        const again = await run(threads, follower);
        expect(choicesOf(again)).toEqual(choicesOf(recorded));
        expect(follower.followed).toBe(recorded.taken.length);
      }),
      { numRuns: 60 },
    );
  });

  test("keeps the others in their order where one does more than it did", async () => {
    const order = [passed("thread 1", 0), passed("thread 0", 0), passed("thread 1", 0)];
    const { taken } = await run(
      [
        [0, 0, 0],
        [0, 0],
      ],
      new Follower(order),
    );
    expect(taken.map(({ owner }) => owner)).toEqual([
      "thread 1",
      "thread 0",
      "thread 1",
      "thread 0",
      "thread 0",
    ]);
  });

  test("lets time pass exactly where it had passed before the next step", async () => {
    const threads = [[20], [0]];
    const wokenFirst = await run(threads, new Follower([passed("thread 1", 20)]));
    expect(choicesOf(wokenFirst)).toEqual([1, 0]);
    const wokenLast = await run(threads, new Follower([passed("thread 1", 19)]));
    expect(choicesOf(wokenLast)).toEqual([0, 0]);
  });
});

test("whoever ran last goes on for as long as it can, then all follow the order", async () => {
  const threads = [[0, 0], [0, 0], [0]];
  const order = ["thread 0", "thread 1", "thread 2", "thread 0", "thread 1"].map((owner) =>
    passed(owner, 0),
  );
  const { taken } = await run(threads, goesOn(order, 1));
  expect(taken.map(({ owner }) => owner)).toEqual([
    "thread 0",
    "thread 0",
    "thread 1",
    "thread 2",
    "thread 1",
  ]);
});

test("few preemptions are as many as asked for at most, at places that the seed chooses", async () => {
  const threads = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  const schedules = new Set<string>();
  for (let seed = 0; seed < 50; seed++) {
    const choices = choicesOf(await run(threads, fewPreemptions(seed, 2, 9)));
    expect(choices.filter((choice) => choice > 0).length).toBeLessThanOrEqual(2);
    schedules.add(choices.join());
  }
  expect(schedules.size).toBeGreaterThan(10);
});

test("a deviation moves or leaves out four steps at most, and adds none", () => {
  const order = Array.from({ length: 40 }, (_, n) => passed(`thread ${n}`, n));
  const owners = order.map(({ owner }) => owner);
  let [moved, left] = [0, 0];
  for (let seed = 0; seed < 200; seed++) {
    const changed = deviated(order, new SeededRandom(seed)).map(({ owner }) => owner);
    expect(new Set(changed).size).toBe(changed.length);
    expect(owners).toEqual(expect.arrayContaining(changed));
    expect(changed.length).toBeGreaterThanOrEqual(36);
    const kept = owners.filter((owner) => changed.includes(owner));
    if (kept.join() !== changed.join()) moved++;
    if (kept.length < owners.length) left++;
    const early = deviated(order, new SeededRandom(seed), 1).map(({ owner }) => owner);
    expect(early.slice(-3)).toEqual(owners.slice(-3));
  }
  expect(moved).toBeGreaterThan(100);
  expect(left).toBeGreaterThan(50);
});
