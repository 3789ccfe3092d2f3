import {
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../../src/lib/clock.ts";
import { readJsonReport } from "../../../../src/races/flaky/json-report.ts";
import { readJunit } from "../../../../src/races/flaky/junit-report.ts";
import {
  lookBeforeRun,
  reportInFile,
  reportInOutput,
} from "../../../../src/races/flaky/report-place.ts";

const REPORTS = fileURLToPath(new URL("../../../support/flaky/reports/", import.meta.url));

function saved(name: string): string {
  return readFileSync(join(REPORTS, name), "utf8");
}

/** Saved reports name files below `<folder>`, as real ones name them below an absolute folder. */
function savedJson(name: string, folder: string): string {
  return saved(name).replaceAll("<folder>", folder);
}

describe("JUnit XML", () => {
  it("gives every test its end, its time in ms and the beginning of its message", () => {
    expect(readJunit(saved("surefire.xml"), "s.xml")).toEqual([
      test("org.example.QueueTest > claims", "passed", 1_234_000, null),
      test("org.example.QueueTest > settles", "failed", 250, "expected <1> but was <2>"),
      test("org.example.QueueTest > wakes", "retried", 500, "timed out"),
      test("org.example.QueueTest > purges", "skipped", null, null),
      test("org.example.QueueTest > opens", "failed", null, "no such file"),
    ]);
  });

  it("takes a failure and a later pass of one name for a retry, and a later failure for a failure", () => {
    expect(readJunit(saved("rerun.xml"), "r.xml")).toEqual([
      test("pytest > nested > tests.test_wake > test_wake[1]", "retried", 20, "late"),
      test("pytest > nested > tests.test_wake > test_sleep", "failed", 2, "early"),
    ]);
  });

  it("refuses XML that is something else, and a test without a name", () => {
    expect(() => readJunit("<html/>", "r.xml")).toThrow(/r\.xml: no JUnit report: .*<html>/);
    expect(() => readJunit("<testsuite><testcase/></testsuite>", "r.xml")).toThrow(
      /<testcase> without a name/,
    );
  });
});

describe("JSON reports", () => {
  it("reads vitest's: retries by their messages, equal names by their place, files that do not load", () => {
    expect(readJsonReport(savedJson("vitest.json", "/suite"), "v.json", "/suite")).toEqual([
      { kind: "file", name: "test/a.test.ts", status: "passed", durationMs: null, message: null },
      test(
        "test/a.test.ts > outer > is tried twice",
        "retried",
        7.5,
        expect.stringContaining("expected 1 to be 2"),
      ),
      test("test/a.test.ts > outer > twin", "passed", 0.25, null),
      test("test/a.test.ts > outer > twin (2)", "failed", 0.5, "Error: no"),
      test("test/a.test.ts > later", "skipped", null, null),
      {
        kind: "file",
        name: "test/b.test.ts",
        status: "failed",
        durationMs: null,
        message: "Cannot find module './gone.ts'",
      },
    ]);
  });

  it("reads jest's: retries by the number of tries", () => {
    const outcomes = readJsonReport(savedJson("jest.json", "/suite"), "j.json", "/suite");
    expect(outcomes.map(({ name, status }) => [name, status])).toEqual([
      ["sum.test.js", "passed"],
      ["sum.test.js > sum > adds", "passed"],
      ["sum.test.js > sum > waits", "retried"],
      ["sum.test.js > sum > rests", "skipped"],
    ]);
  });

  it("tells a file that two projects run apart", () => {
    const { testResults } = JSON.parse(savedJson("jest.json", "/suite"));
    const twice = JSON.stringify({ testResults: [...testResults, ...testResults] });
    const names = readJsonReport(twice, "j.json", "/suite").map(({ name }) => name);
    expect(new Set(names).size).toBe(8);
    expect(names[5]).toBe("sum.test.js > sum > adds (2)");
  });

  it("refuses what is cut off, and JSON that is something else", () => {
    expect(() => readJsonReport('{"testResults": [', "r.json", "/")).toThrow(/r\.json: not JSON/);
    expect(() => readJsonReport('{"results": []}', "r.json", "/")).toThrow(
      /r\.json: no JSON report of vitest or jest \(testResults/,
    );
  });
});

describe("where a report is", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "quackmark-report-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("a file is read by what it holds, not by its name", () => {
    const path = join(folder, "report");
    writeFileSync(path, savedJson("jest.json", folder));
    expect(reportInFile(path, null, folder).tests).toHaveLength(4);
    writeFileSync(path, saved("rerun.xml"));
    expect(reportInFile(path, null, folder).tests).toHaveLength(2);
  });

  it("a file that is missing, empty or damaged is a problem in words", () => {
    const path = join(folder, "report");
    expect(reportInFile(path, null, folder)).toEqual({
      tests: null,
      problem: `${path}: the command did not write it`,
    });
    writeFileSync(path, "");
    expect(reportInFile(path, null, folder).problem).toMatch(/it is empty/);
    writeFileSync(path, saved("rerun.xml").slice(0, 200));
    expect(reportInFile(path, null, folder)).toEqual({
      tests: null,
      problem: expect.stringMatching(/:\d+:\d+: not well-formed XML .*cut off/),
    });
  });

  it("a file that is as it was before the run is no report of it, and is left alone", async () => {
    const path = join(folder, "report");
    expect(await lookBeforeRun(path)).toBeNull();
    writeFileSync(path, saved("rerun.xml"));
    const before = await lookBeforeRun(path);
    expect(reportInFile(path, before, folder)).toEqual({
      tests: null,
      problem: `${path}: the command did not write it, what is there is older`,
    });
    expect(readFileSync(path, "utf8")).toBe(saved("rerun.xml"));
  });

  it("the same text written again is a new report, in place or as a new file, at once or with an old time", async () => {
    const path = join(folder, "report");
    writeFileSync(path, saved("rerun.xml"));
    for (let again = 1; again <= 5; again++) {
      const before = await lookBeforeRun(path);
      writeFileSync(path, saved("rerun.xml"));
      expect(reportInFile(path, before, folder).tests).toHaveLength(2);
    }
    const { atime, mtime } = statSync(path);
    const before = await lookBeforeRun(path);
    renameSync(path, `${path}.old`);
    writeFileSync(path, saved("rerun.xml"));
    utimesSync(path, atime, mtime);
    expect(reportInFile(path, before, folder).tests).toHaveLength(2);
  });

  it.each([
    [1000.004, 5, 15],
    [1000.004, 20, null],
    [1000, 500, 1500],
    [1000, 2000, null],
    [1000, -1, null],
  ])(
    "a file of second %d that is %d ms old is waited for until a write would show: %j ms",
    async (modifiedS, ageMs, waitMs) => {
      const path = join(folder, "report");
      writeFileSync(path, "old");
      utimesSync(path, modifiedS, modifiedS);
      const waits: number[] = [];
      await lookBeforeRun(path, {
        ...systemClock,
        now: () => Math.round(modifiedS * 1000) + ageMs,
        setTimer(run, delayMs) {
          waits.push(delayMs);
          run();
          return () => undefined;
        },
      });
      expect(waits).toEqual(waitMs === null ? [] : [waitMs]);
    },
  );

  it("a folder can be no report", async () => {
    await expect(lookBeforeRun(folder)).rejects.toThrow(`--report ${folder}: not a file.`);
    expect(reportInFile(folder, null, folder).problem).toBe(`${folder}: not a file`);
  });

  it("a report is found between other lines of the output", () => {
    const xml = `Running\n  ${saved("rerun.xml")}\nDone in 1 s\n`;
    expect(reportInOutput(xml, folder).tests).toHaveLength(2);
    const json = JSON.stringify(JSON.parse(savedJson("jest.json", folder)));
    expect(reportInOutput(`{ odd }\n${json}\nDone\n`, folder).tests).toHaveLength(4);
    expect(reportInOutput("<testsuites/>\n", folder)).toEqual({ tests: [], problem: null });
  });

  it("no report in the output is no problem, a damaged one is", () => {
    expect(reportInOutput("3 passed\n{}\n", folder)).toEqual({ tests: null, problem: null });
    expect(reportInOutput('<testsuite><testcase name="a">\n', folder).problem).toMatch(/cut off/);
    expect(reportInOutput('{"testResults": [\n', folder).problem).toMatch(/not JSON/);
  });
});

function test(name: string, status: string, durationMs: number | null, message: unknown): unknown {
  return { kind: "test", name, status, durationMs, message };
}
