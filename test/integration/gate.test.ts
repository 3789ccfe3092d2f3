/** The gate from end to end: a repository with two commits, both built and measured by the built command. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Comparison, comparisonSchema } from "../../src/results/comparison.ts";
import { type FixtureEngine, FixtureRepository } from "../support/gate/fixture-repository.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
/** Dozens of processes: seconds on a quiet machine, minutes on a crowded one. */
const LONG_MS = 300_000;
const POLICY = `cells:
  - cell: submit dagSize=20 strategy=appender
    gate: [submitMs]
rounds: 2
`;

let repository: FixtureRepository;

beforeEach(() => {
  repository = new FixtureRepository();
});

afterEach(() => repository.remove());

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(...args: string[]): Promise<Ended> {
  const { folder } = repository;
  const env = {
    ...process.env,
    XDG_CACHE_HOME: join(folder, "cache"),
    GITHUB_ACTIONS: "true",
    GITHUB_STEP_SUMMARY: join(folder, "results", "summary.md"),
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

/** Two commits, the second checked out and built, and the gate between them. */
async function gate(
  base: FixtureEngine | string,
  head: FixtureEngine | string,
  ...flags: string[]
): Promise<Ended & { readonly comparison: Comparison }> {
  repository.write("gate.yaml", POLICY);
  repository.commit(base);
  repository.commit(head);
  repository.build();
  const ended = await bench(
    "gate",
    "--base",
    "HEAD~1",
    "--json",
    "--out",
    "results/gate",
    ...flags,
  );
  return { ...ended, comparison: comparisonSchema.parse(JSON.parse(ended.stdout)) };
}

function resultFile(name: string): string {
  return readFileSync(join(repository.folder, "results", name), "utf8");
}

describe("bench gate", () => {
  it(
    "catches a planted regression, and tells the terminal, GitHub and JUnit",
    async () => {
      const { code, stderr, comparison } = await gate({ submitMs: 100 }, { submitMs: 130 });
      expect(comparison.reasons).toEqual([
        expect.stringMatching(/^submit .*: submitMs 30 % worse \(.*, 12 pairs\)$/),
      ]);
      expect(code).toBe(3);
      const [submit] = comparison.cells[0]?.metrics ?? [];
      expect(submit).toMatchObject({ metric: "submitMs", base: 100, head: 130, pairs: 12 });
      expect(submit?.ratio).toBeCloseTo(1.3, 12);
      // A smaller one would have been seen too: these pairs have no noise at all.
      expect(submit?.smallestVisibleRatio).toBeCloseTo(1.03, 12);
      expect(comparison.pairs.filter(({ spoiled }) => !spoiled)).toHaveLength(12);
      const firsts = comparison.pairs.filter(({ spoiled }) => !spoiled).map(({ first }) => first);
      expect(firsts.filter((side) => side === "base")).toHaveLength(6);
      expect(stderr).toContain("::error title=bench gate%3A regression::submit ");
      expect(resultFile("summary.md")).toContain("### ❌ bench: regression");
      expect(resultFile("gate/junit.xml")).toMatch(/<testcase [^>]*name="submitMs"><failure /);
      expect(JSON.parse(resultFile("gate/comparison.json"))).toEqual(comparison);
      // Without a second build: the base is kept by its commit.
      const again = await bench("gate", "--base", "HEAD~1", "--only", "no such cell");
      expect(again).toMatchObject({ code: 7, stdout: "" });
      expect(readdirSync(join(repository.folder, "cache", "quackmark", "builds"))).toHaveLength(1);
    },
    LONG_MS,
  );

  it(
    "passes a change that changes nothing",
    async () => {
      const { code, comparison } = await gate({ submitMs: 100 }, { submitMs: 100 });
      expect(comparison).toMatchObject({ verdict: "pass", mode: "paired" });
      expect(comparison.cells[0]?.metrics[0]).toMatchObject({ ratio: 1, pairs: 8 });
      expect(code).toBe(0);
      expect(resultFile("gate/junit.xml")).toContain('failures="0"');
    },
    LONG_MS,
  );

  it(
    "needs one pair for a counter that got worse",
    async () => {
      const { code, comparison } = await gate({}, { moreStatements: 2 });
      expect(code).toBe(3);
      expect(comparison.reasons).toEqual([
        expect.stringMatching(/submitStatements 5 instead of 3$/),
      ]);
      expect(comparison.cells[0]?.pairs).toBe(1);
    },
    LONG_MS,
  );

  it("calls a head that answers wrong a violation, however fast it is", async () => {
    const { code, comparison } = await gate({}, { submitMs: 1, lostJobs: 1 });
    expect(code).toBe(6);
    expect(comparison.reasons[0]).toContain("jobs: 19 rows instead of 20");
  });

  it.each([
    [
      "throw new Error('does not load');",
      /the base cannot run submit .* index\.js cannot be loaded/,
    ],
    ["export class Queue {}", /does not fit this harness: it exports no Queue\.open/],
  ])("says that the base does not fit: %j", async (base, why) => {
    const { code, comparison } = await gate(base, {});
    expect(code).toBe(7);
    expect(comparison).toMatchObject({ verdict: "nothing-comparable", cells: [{ pairs: 0 }] });
    expect(comparison.reasons[0]).toMatch(why);
  });

  it("says that the base does not build, with the end of what the build said", async () => {
    repository.write("build.mjs", "console.error('out of glue'); process.exit(1);");
    repository.commit({});
    repository.write(
      "build.mjs",
      'import { cpSync } from "node:fs";\ncpSync("src", "dist/engine", { recursive: true });\n',
    );
    repository.commit({});
    repository.build();
    const { code, stdout, stderr } = await bench("gate", "--base", "HEAD~1");
    expect(code).toBe(7);
    expect(stdout).toMatch(
      /^nothing comparable: HEAD~1 does not build: npm run build failed:.*out of glue/,
    );
    expect(stderr).toContain(
      "::error title=bench gate%3A nothing comparable::HEAD~1 does not build",
    );
    // Nothing of it is kept, so that the next attempt is a whole one.
    expect(readdirSync(join(repository.folder, "cache", "quackmark", "builds"))).toEqual([]);
  });

  it("is never green without a base: no such commit, or no build to judge", async () => {
    repository.commit({});
    expect(await bench("gate", "--base", "v9")).toMatchObject({
      code: 7,
      stdout: expect.stringContaining("this checkout is not built"),
    });
    repository.build();
    expect(await bench("gate", "--base", "v9")).toMatchObject({
      code: 7,
      stdout: expect.stringContaining("v9 is no commit of this checkout"),
    });
  });

  it.each([
    ["cells: 5\n", "gate.yaml:1: cells needs a list."],
    [
      POLICY.replace("rounds: 2", "    gates: [a]"),
      'gate.yaml:2: cells.0 Unrecognized key: "gates".',
    ],
    ["cells:\n  - cell: submit dagSize=0\n", "gate.yaml:2: --dag-size 0"],
    ["cells:\n  - cell: nope\n", "gate.yaml:2: "],
    ["cells:\n  - cell: submit\n    gate: [drainMs]\n", "submit does not measure drainMs"],
    ["margins: { tolerated: 10 %, fatal: 3 % }\n", "tolerated must be below fatal"],
    ["margins: { tolerated: much, fatal: 3 % }\n", "gate.yaml:1: margins"],
  ])("refuses the policy %j with file, line and field, and leaves nothing", async (text, what) => {
    repository.write("gate.yaml", text);
    const { code, stdout, stderr } = await bench("gate", "--base", "main");
    expect(stderr).toContain(what);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(existsSync(join(repository.folder, "results"))).toBe(false);
  });
});

describe("bench gate with a stored baseline", () => {
  it(
    "is never green where there is none, and says so to GitHub too",
    async () => {
      repository.write("gate.yaml", POLICY);
      repository.commit({});
      const ended = await bench("gate", "--baseline", "no-such.json", "--out", "results/gate");
      expect(ended.code).toBe(7);
      expect(ended.stdout).toContain(
        "nothing comparable: the baseline no-such.json does not exist",
      );
      expect(resultFile("summary.md")).toContain("### ❌ bench: nothing comparable");
      const both = await bench("gate", "--baseline", "a.json", "--base", "main");
      expect(both).toMatchObject({ code: 2, stdout: "" });
    },
    LONG_MS,
  );

  it(
    "stores the kernel beside the policy's cells, and another machine's seconds never pass",
    async () => {
      repository.write("gate.yaml", POLICY);
      repository.commit({});
      const stored = await bench("gate", "--save-baseline", "results/base.json");
      expect(stored).toMatchObject({ code: 0, stdout: "" });
      const result = JSON.parse(resultFile("base.json"));
      expect(result.cells.map(({ scenario }: { scenario: string }) => scenario)).toEqual([
        "submit",
        "write-contention",
      ]);
      const foreign = {
        ...result,
        environment: { ...result.environment, fingerprint: "0123456789abcdef" },
      };
      repository.write("results/foreign.json", JSON.stringify(foreign));
      const withKernel = await bench("compare", "results/base.json", "results/foreign.json");
      // The same figures, each divided by the same kernel's.
      expect(withKernel.stdout).toContain("ratios to the calibration kernel are compared");
      const cells = foreign.cells.slice(0, 1);
      repository.write("results/seconds.json", JSON.stringify({ ...foreign, cells }));
      const seconds = await bench("compare", "results/base.json", "results/seconds.json");
      expect(seconds.code).toBe(7);
      expect(seconds.stdout).toContain("the head has no figures of the calibration kernel");
    },
    LONG_MS,
  );
});

describe("bench calibrate", () => {
  it(
    "names a machine that is not calibrated, and calibrates none by a single pair",
    async () => {
      repository.write("gate.yaml", `${POLICY}margins: calibrated\n`);
      repository.commit({});
      const before = await bench("gate", "--base", "main");
      expect(before).toMatchObject({ code: 2, stdout: "" });
      expect(before.stderr).toContain("is not calibrated: results/calibration holds none");
      // One pair is kept and tells nothing of noise, however fast the machine.
      const ended = await bench("calibrate", "--budget", "1ms", "--json");
      expect(ended).toMatchObject({ code: 7, stdout: "" });
      expect(ended.stderr).toMatch(/no cell got 8 pairs.*: raise --budget to \d+m or more/);
    },
    LONG_MS,
  );

  it(
    "says after the first pairs of too many cells what they would need",
    async () => {
      const ended = await bench(
        ...["calibrate", "--cell", "submit dagSize=20"],
        ...["--rounds", "1", "--budget", "20s"],
      );
      expect(ended).toMatchObject({ code: 7, stdout: "" });
      expect(ended.stderr).toContain("pair 1 ");
      expect(ended.stderr).not.toContain("pair 2 ");
      expect(ended.stderr).toContain("or name fewer than these 9 cells");
    },
    LONG_MS,
  );
});

describe("bench selftest", () => {
  it("refuses what is no metric before anything is kept", async () => {
    const refused = await bench("selftest", "--metric", "speed", "--budget", "1s");
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("--metric speed: there is no such metric");
    expect(existsSync(join(repository.folder, "results", "selftest"))).toBe(false);
  });
});
