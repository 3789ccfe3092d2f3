import { describe, expect, it } from "vitest";
import { type Arm, armsFor } from "../../../../src/races/flaky/arms.ts";
import { classify } from "../../../../src/races/flaky/classify.ts";
import { plainRun } from "../../../../src/races/flaky/one-run.ts";
import { fisherExact } from "../../../../src/stats/fisher.ts";
import { CAREFUL_PLAN } from "../../../../src/stats/sprt.ts";
import { flakyOptions } from "../../../support/flaky/options.ts";
import { outcome, run } from "../../../support/flaky/runs.ts";

function arm(name: string, cause: Arm["cause"]): Arm {
  return { name, cause, about: "", apply: (plain) => plain };
}

const PLAN = {
  arms: [arm("slow", "timing"), arm("shuffled", "order")],
  unavailable: [],
  armRuns: 50,
  rule: { rule: { kind: "fixed", runs: 50 }, plan: CAREFUL_PLAN, testLimitMs: null },
} as const;

describe("the classification", () => {
  it("finds the arm that changes how often a test fails, and keeps to what is significant", async () => {
    const classified = await classify((who, nth) => {
      const late = who?.name === "slow" ? nth % 2 === 0 : nth % 25 === 0;
      const tests = [outcome("late", late ? "failed" : "passed"), outcome("fine", "passed")];
      return Promise.resolve(run({ exitCode: late ? 1 : 0, tests }));
    }, PLAN);
    expect(classified?.targets.map(({ name }) => name)).toEqual(["late"]);
    expect(classified?.targets[0]).toMatchObject({
      baseline: { runs: 50, failures: 2 },
      arms: [
        { arm: "slow", runs: 50, failures: 25 },
        { arm: "shuffled", runs: 50, failures: 2, pValue: expect.closeTo(1, 9) },
      ],
      causes: [{ cause: "timing", arm: "slow", effect: "more" }],
    });
  });

  it("asks once of what a test explains: the command's own failures would double the comparisons", async () => {
    const classified = await classify((who, nth) => {
      // Six failures against none: 0.027 by itself, and too much with a second question like it.
      const late = who?.name === "slow" && nth % 8 === 0;
      const tests = [outcome("late", late ? "failed" : "passed")];
      return Promise.resolve(run({ exitCode: late ? 1 : 0, tests }));
    }, PLAN);
    const [late, ...others] = classified?.targets ?? [];
    const { twoSided } = fisherExact({ failures: 0, runs: 50 }, { failures: 6, runs: 50 });
    expect(late?.arms[0]?.pValue).toBeCloseTo(2 * twoSided, 12);
    expect(others).toEqual([]);
  });

  it("judges the command by the failures that no test explains", async () => {
    const classified = await classify((who, nth) => {
      const crashed = who?.name === "slow" && nth % 2 === 0;
      const failed = nth % 5 === 0;
      const tests = crashed ? null : [outcome("odd", failed ? "failed" : "passed")];
      return Promise.resolve(run({ exitCode: crashed || failed ? 1 : 0, tests }));
    }, PLAN);
    expect(classified?.targets).toMatchObject([
      {
        name: "the whole command",
        baseline: { runs: 50, failures: 0 },
        arms: [
          { arm: "slow", runs: 50, failures: 25 },
          { arm: "shuffled", runs: 50, failures: 0 },
        ],
        causes: [{ cause: "timing", arm: "slow", effect: "more" }],
      },
      {
        name: "odd",
        baseline: { runs: 50, failures: 10 },
        arms: [
          { arm: "slow", runs: 25, failures: 5 },
          { arm: "shuffled", runs: 50, failures: 10 },
        ],
        causes: [],
      },
    ]);
  });

  it("tells an arm that heals from one that hurts", async () => {
    const classified = await classify(
      (who, nth) => Promise.resolve(run({ exitCode: who?.name === "shuffled" || nth % 2 ? 0 : 1 })),
      PLAN,
    );
    expect(classified?.targets[0]?.causes).toEqual([
      { cause: "order", arm: "shuffled", effect: "less" },
    ]);
  });

  it("names no cause where every arm fails alike", async () => {
    const classified = await classify(
      (_, nth) => Promise.resolve(run({ exitCode: nth % 3 === 0 ? 1 : 0 })),
      PLAN,
    );
    expect(classified?.targets[0]?.causes).toEqual([]);
  });

  it("lets the arms take turns, each going first in its round", async () => {
    const order: string[] = [];
    await classify(
      (who, nth) => {
        order.push(`${who?.name ?? "baseline"} ${nth}`);
        return Promise.resolve(run({}));
      },
      { ...PLAN, armRuns: 3 },
    );
    expect(order).toEqual([
      "slow 1",
      "shuffled 1",
      "baseline 1",
      "shuffled 2",
      "baseline 2",
      "slow 2",
      "baseline 3",
      "slow 3",
      "shuffled 3",
    ]);
  });

  it("keeps what was measured when it is ended early, and is null before the first baseline", async () => {
    let left = 5;
    const some = await classify(() => Promise.resolve(left-- > 0 ? run({}) : null), PLAN);
    expect(some?.targets[0]).toMatchObject({ baseline: { runs: 2 } });
    expect(await classify(() => Promise.resolve(null), PLAN)).toBeNull();
  });
});

describe("the arms", () => {
  const machine = { posix: true, oneCore: 3 };

  it("cover all six causes for vitest on Linux", () => {
    const options = flakyOptions({ command: ["npx", "vitest", "run"], testRunner: "vitest" });
    const { arms, unavailable } = armsFor(options, machine);
    expect(unavailable).toEqual([]);
    expect(arms.map(({ name, cause }) => [name, cause])).toEqual([
      ["shuffled", "order"],
      ["fresh folders", "shared state"],
      ["one core", "resources"],
      ["slow", "timing"],
      ["twins", "concurrency"],
      ["serial", "concurrency"],
      ["noisy timers", "schedule"],
    ]);
    const plain = plainRun("x", null);
    expect(arms.map(({ apply }) => apply(plain, 2))).toMatchObject([
      { shuffleSeed: 3 },
      { freshFolders: true },
      { prefix: ["taskset", "-c", "3"], env: { UV_THREADPOOL_SIZE: "1" } },
      { slowdown: 4 },
      { twin: "first" },
      { extraArguments: ["--no-file-parallelism", "--maxConcurrency=1"] },
      { env: { NODE_OPTIONS: expect.stringMatching(/--import=file:.*schedule-noise\.js$/) } },
    ]);
  });

  it("say why they are left out where the machine or the command does not allow them", () => {
    const options = flakyOptions({ command: ["./check"], report: "out.xml" });
    const { arms, unavailable } = armsFor(options, { posix: false, oneCore: null });
    expect(arms.map(({ name }) => name)).toEqual(["fresh folders", "noisy timers"]);
    expect(unavailable.map(({ arm: name, why }) => [name, why])).toEqual([
      ["shuffled", "the command takes no seed: write {seed} where it does"],
      ["one core", "needs taskset (Linux) and more than one core"],
      ["slow", "needs the signals of a POSIX system"],
      ["twins", "both copies would write the same report: put {run} into --report"],
      ["serial", "only vitest and jest are known to take it"],
    ]);
  });

  it("keep one order where the baseline shuffles", () => {
    const options = flakyOptions({ command: ["./check", "{seed}"], shuffle: true, seed: 9 });
    const [order] = armsFor(options, machine).arms;
    expect(order?.name).toBe("one order");
    expect(order?.apply(plainRun("x", 30), 22).shuffleSeed).toBe(9);
  });
});
