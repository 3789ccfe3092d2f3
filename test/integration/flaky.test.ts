/** The built `bench flaky` on small test programs: exact counts, verdicts and exit codes. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FlakyResult, flakyResultSchema } from "../../src/results/flaky-result.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const PROGRAMS = fileURLToPath(new URL("../support/flaky/", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-flaky-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function flaky(
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN, "flaky", ...args],
      { cwd: folder },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      },
    );
  });
}

/** Runs a program of this test's, and reads the one JSON document on stdout. */
async function campaign(
  flags: readonly string[],
  program: string,
  ...args: readonly string[]
): Promise<{ code: number; result: FlakyResult }> {
  const command = [process.execPath, join(PROGRAMS, program), ...args];
  const { code, stdout, stderr } = await flaky(...flags, "--json", "--", ...command);
  if (stdout === "") throw new Error(stderr);
  return { code, result: flakyResultSchema.parse(JSON.parse(stdout)) };
}

/** Name, verdict, executed runs and failed runs of each target. */
function seen({ targets }: FlakyResult): readonly unknown[] {
  return targets.map(({ name, verdict, runs, failedRuns }) => [name, verdict, runs, failedRuns]);
}

describe("verdicts", () => {
  it("a steady program is stable after as many straight passes as the rule asks for: exit 0", async () => {
    const { code, result } = await campaign(["--below", "45%"], "steady.mjs");
    expect(result.rule).toEqual({ kind: "sequential", straightPasses: 5, maxRuns: 15 });
    expect(seen(result)).toEqual([["the whole command", "stable", 5, []]]);
    expect(result.ended).toBe("rule");
    expect(code).toBe(0);
  });

  it("three passes are not enough to say so: exit 5", async () => {
    const { code, result } = await campaign(["--runs", "3", "--out", "out"], "steady.mjs");
    expect(seen(result)).toEqual([["the whole command", "inconclusive", 3, []]]);
    expect(result.findings.map(({ kind }) => kind)).toEqual(["no-report"]);
    expect(code).toBe(5);
    const saved: unknown = JSON.parse(readFileSync(join(folder, "out", "flaky.json"), "utf8"));
    expect(saved).toEqual(result);
  });

  it("a program that fails in every other run is flaky: exit 6", async () => {
    const { code, result } = await campaign(["--runs", "5"], "every-nth.mjs", "counter", "2");
    expect(seen(result)).toEqual([["the whole command", "flaky", 5, [2, 4]]]);
    expect(result.targets[0]?.firstFailure).toEqual({
      run: 2,
      seed: null,
      message: "run 2 found what run 1 has left",
    });
    expect(code).toBe(6);
  });

  it("a program that fails in every run is broken, after the five runs that tell it from flaky: exit 6", async () => {
    const { code, result } = await campaign([], "every-nth.mjs", "counter", "1");
    expect(seen(result)).toEqual([["the whole command", "broken", 5, [1, 2, 3, 4, 5]]]);
    expect(code).toBe(6);
  });

  it("a test that depends on the order is found by name, with the seeds that fail: exit 6", async () => {
    const { code, result } = await campaign(
      ["--runs", "4", "--shuffle", "--seed", "10"],
      "order-dependent.mjs",
      "{seed}",
    );
    expect(seen(result)).toEqual([
      ["the whole command", "flaky", 4, [1, 3]],
      ["store > reads", "flaky", 4, [1, 3]],
      ["store > writes", "inconclusive", 4, []],
      ["store > stands alone", "inconclusive", 4, []],
      ["store > is skipped", "inconclusive", 0, []],
    ]);
    expect(result.runs.map(({ seed, outcome }) => [seed, outcome])).toEqual([
      [10, "failed"],
      [11, "passed"],
      [12, "failed"],
      [13, "passed"],
    ]);
    expect(code).toBe(6);
  });

  it("a run that does not end is ended at its limit, and has failed", async () => {
    const { code, result } = await campaign(["--runs", "1", "--run-limit", "400ms"], "hangs.mjs");
    expect(result.runs.map(({ outcome }) => outcome)).toEqual(["timed-out"]);
    expect(code).toBe(6);
  });
});

describe("what cannot be measured", () => {
  it.each([
    [["--", "no-such-program"], 2, /Cannot start "no-such-program"/],
    [["--", ""], 2, /Cannot start "": The argument 'file' cannot be empty/],
    [["--scenario", "joins", "--", "--bogus"], 2, /^bench: Unknown argument: bogus/],
    [["--scenario", "drain", "--", "--claim-batch", "x"], 2, /^bench: --claim-batch x: not a/],
    [["--runs", "2"], 2, /No command to run/],
    [["--runs", "2", process.execPath], 2, /Put -- before the command/],
    [
      ["--report", "gone.xml", "--", process.execPath, "-e", ""],
      2,
      /gone\.xml: the command did not/,
    ],
    [["--", process.execPath, "-p", "'<testsuites/>'"], 7, /the report names no test/],
    [["--resume", "nowhere"], 2, /there is no such file/],
  ])(
    "%j ends with exit %i and one line, and leaves nothing behind",
    async (args, exit, message) => {
      const { code, stdout, stderr } = await flaky(...args);
      expect(code).toBe(exit);
      expect(stdout).toBe("");
      expect(stderr.trim().split("\n").at(-1)).toMatch(message);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it("a file that the command leaves alone is no report, and is left alone: exit 2", async () => {
    const path = join(folder, "precious.xml");
    writeFileSync(path, "keep\n");
    const { mtimeNs } = statSync(path, { bigint: true });
    const passes = [process.execPath, "-e", ""];
    const { code, stderr } = await flaky("--runs", "1", "--report", path, "--", ...passes);
    expect(code).toBe(2);
    expect(stderr).toContain(`${path}: the command did not write it, what is there is older`);
    expect(readFileSync(path, "utf8")).toBe("keep\n");
    expect(statSync(path, { bigint: true }).mtimeNs).toBe(mtimeNs);
  });

  it("a report that only the first run writes counts for the first run", async () => {
    const { code, result } = await campaign(
      ["--runs", "3", "--report", "r.xml"],
      "reports-once.mjs",
      "r.xml",
    );
    expect(seen(result)).toEqual([
      ["the whole command", "inconclusive", 3, []],
      ["adds", "inconclusive", 1, []],
    ]);
    expect(result.findings.map(({ kind }) => kind)).toEqual(["report-missing"]);
    expect(code).toBe(5);
  });

  it("a damaged report is refused with its place when the command passed", async () => {
    writeFileSync(
      join(folder, "copy.mjs"),
      'import { writeFileSync } from "node:fs"; writeFileSync("r.xml", "<testsuite>\\n<testcase");',
    );
    const { code, stderr } = await flaky("--report", "r.xml", "--", process.execPath, "copy.mjs");
    expect(code).toBe(2);
    expect(stderr).toMatch(/r\.xml:2:10: not well-formed XML .*the file was cut off/);
  });
});

describe("Ctrl-C", () => {
  it("prints what was measured, and --resume goes on to the end", async () => {
    const command = [process.execPath, join(PROGRAMS, "interrupts.mjs"), "counter", "3"];
    const first = await flaky("--runs", "5", "--out", "out", "--json", "--", ...command);
    expect(first.code).toBe(130);
    const result = flakyResultSchema.parse(JSON.parse(first.stdout));
    expect(seen(result)).toEqual([["the whole command", "inconclusive", 2, []]]);
    expect(result.ended).toBe("interrupted");
    const [, printed] = /go on with: bench flaky --resume (\S+)\n$/.exec(first.stderr) ?? [];
    const again = await flaky("--out", "out", "--", ...command);
    expect(again.stderr).toMatch(/or go on with it: --resume \.\/out\n$/);
    const resumed = await flaky("--resume", printed ?? "", "--json");
    expect(resumed.code).toBe(5);
    const whole = flakyResultSchema.parse(JSON.parse(resumed.stdout));
    expect(whole.runs.map(({ run }) => run)).toEqual([1, 2, 3, 4, 5]);
    expect(whole.runs.slice(0, 2)).toEqual(result.runs);
    expect(readFileSync(join(folder, "counter"), "utf8")).toBe("6");
    for (const name of ["out", "./out"])
      expect(await flaky("--resume", name, "--json")).toMatchObject({ code: 5 });
  });
});

describe.skipIf(process.platform === "win32")("interventions", () => {
  it("--margin slows the program down, and narrows down what it does not survive", async () => {
    const { result } = await campaign(["--runs", "1", "--margin"], "full-speed-only.mjs");
    const { steps = [], passesAt } = result.margin ?? {};
    expect(steps.map(({ slowdown }) => slowdown)).toEqual([2, 2 ** 0.5, 2 ** 0.25]);
    for (const { runs, failures, flipped, measured } of steps) {
      expect([runs, failures, flipped]).toEqual([1, 1, ["the whole command"]]);
      expect(measured).toBeGreaterThan(1);
    }
    expect(passesAt).toBe(1);
  });

  it("--classify runs every arm that the machine and the command allow, and none of them breaks it", async () => {
    const { code, result } = await campaign(
      ["--runs", "1", "--classify", "--arm-runs", "1"],
      "order-dependent.mjs",
      "{seed}",
    );
    const [reads, ...others] = result.classification?.targets ?? [];
    expect([reads?.name, others]).toEqual(["store > reads", []]);
    expect(reads?.baseline).toEqual({ runs: 1, failures: 0 });
    const counts = reads?.arms.map(({ arm, runs, failures }) => [arm, runs, failures]);
    expect(counts?.filter(([arm]) => arm !== "one core")).toEqual([
      ["shuffled", 1, 1],
      ["fresh folders", 1, 0],
      ["slow", 1, 0],
      ["twins", 1, 0],
      ["noisy timers", 1, 0],
    ]);
    expect(code).toBe(5);
  });
});
