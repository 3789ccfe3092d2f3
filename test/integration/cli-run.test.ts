/** `bench run` from start to end: interruption, crash and resume, cut trials, workflow files, formats, bad input. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Result } from "../../src/results/result.ts";
import { readResult } from "../../src/results/result-file.ts";
import { completedTrials } from "../../src/results/summarize.ts";
import { readJournal } from "../../src/runner/journal.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const SMALL_FLOW = fileURLToPath(new URL("../support/dag-files/small-flow.json", import.meta.url));

/** One cell of about a second for each trial. */
const ONE_CELL = ["run", "submit", "--strategy", "appender", "--dag-size", "50", "--no-charts"];

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
let out: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-cli-"));
  out = join(folder, "out");
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs `bench`; `watch` sees all of stderr so far whenever more of it arrives. */
function bench(
  args: readonly string[],
  watch: (stderr: string, child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      watch(stderr, child);
    });
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Sends the signal once, when the third trial has begun. */
function atThirdTrial(signal: NodeJS.Signals): (stderr: string, child: ChildProcess) => void {
  let sent = false;
  return (stderr, child) => {
    if (sent || !stderr.includes("trial 3")) return;
    sent = true;
    child.kill(signal);
  };
}

function orders(result: Result): (readonly number[])[] {
  return result.cells.map(({ trials }) => trials.map(({ order }) => order));
}

describe("an interrupted run", () => {
  it("measures every scenario that is named; of a repeated flag the last one counts", async () => {
    const args = ["run", "submit", "drain", "--dag-size", "40", "--dag-size", "50"];
    const { stdout } = await bench([
      ...args,
      "--strategy",
      "appender",
      "--claim-batch",
      "10",
      "--trials",
      "1",
      "--no-charts",
      "--json",
    ]);
    const { cells } = JSON.parse(stdout) as { cells: { scenario: string; parameters: object }[] };
    expect(new Set(cells.map(({ scenario }) => scenario))).toEqual(new Set(["submit", "drain"]));
    for (const { parameters } of cells) expect(parameters).toMatchObject({ dagSize: 50 });
  });

  it("keeps its trials on Ctrl-C, exits with 130, and goes on with --resume", async () => {
    const started = [...ONE_CELL, "--trials", "3", "--out", out];
    const interrupted = await bench(started, atThirdTrial("SIGINT"));
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toContain(`go on with: bench run --resume ${out}`);
    const before = await readResult(out);
    expect(before.verdict).toBe("interrupted");
    expect(orders(before)).toEqual([[0, 1]]);

    const resumed = await bench(["run", "--resume", out, "--no-charts"]);
    expect(resumed.code).toBe(0);
    const after = await readResult(out);
    expect(after.verdict).toBe("ok");
    expect(orders(after)).toEqual([[0, 1, 2]]);
    expect(after.id).toBe(before.id);
    expect(after.cells[0]?.trials.slice(0, 2)).toEqual(before.cells[0]?.trials);
    expect(readdirSync(out).sort()).toEqual(["journal.jsonl", "result.json"]);
  });

  it("loses at most one trial when it is killed, even in the middle of a line", async () => {
    const killed = await bench(
      [...ONE_CELL, "--trials", "3", "--out", out],
      atThirdTrial("SIGKILL"),
    );
    expect(killed.signal).toBe("SIGKILL");
    appendFileSync(join(out, "journal.jsonl"), '{"cell":0,"block":2,"co');
    expect(readJournal(out).entries).toHaveLength(2);

    const { code, stdout } = await bench(["run", "--resume", out, "--json", "--no-charts"]);
    expect(code).toBe(0);
    expect(orders(JSON.parse(stdout))).toEqual([[0, 1, 2]]);
    expect(readJournal(out).entries).toHaveLength(3);
    expect(existsSync(join(out, "work"))).toBe(false);
  });

  it("stops at a full disk, keeps what had ended, and goes on when there is room", async () => {
    const small = ["run", "submit", "--strategy", "appender", "--dag-size", "20,200000"];
    const args = [...small, "--trials", "2", "--seed", "2", "--no-charts", "--out", out];
    // Files of at most 3 MB, which the database of the large cell exceeds.
    const limited = `trap '' XFSZ; ulimit -f 3000; exec "$@"`;
    const full = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
      const child = spawn("bash", ["-c", limited, "bash", process.execPath, MAIN, ...args], {
        cwd: folder,
      });
      let stderr = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
      });
      child.on("close", (code) => resolve({ code, stderr }));
    });
    expect(full.code).toBe(130);
    expect(full.stderr).toMatch(/too large/i);
    expect(readJournal(out).entries.map(({ result }) => result.kind)).toEqual(["trial"]);

    const { code } = await bench(["run", "--resume", "out", "--no-charts"]);
    expect(code).toBe(0);
    // A busy machine may have added repeats of spoiled trials.
    const counted = (await readResult(out)).cells.map(
      ({ trials }) => completedTrials(trials).length,
    );
    expect(counted).toEqual([2, 2]);
  });

  it("exits with 6 and names the rows when a trial's answer was wrong", async () => {
    const first = await bench([...ONE_CELL, "--trials", "1", "--out", out]);
    expect(first.code).toBe(0);
    // No strategy of ours gives a wrong answer, so the journal is made to tell of one.
    const journal = join(out, "journal.jsonl");
    const text = readFileSync(journal, "utf8");
    const wrong = text.replace('"violations":[]', '"violations":["job 3: done 2 times"]');
    expect(wrong).not.toBe(text);
    writeFileSync(journal, wrong);
    const { code, stdout } = await bench(["run", "--resume", out, "--no-charts"]);
    expect(code).toBe(6);
    expect(stdout).toContain("job 3: done 2 times");
    expect((await readResult(out)).verdict).toBe("invariant-violated");
  });

  it("is not resumed with other flags, nor from nothing", async () => {
    const other = await bench(["run", "--resume", "x", "--seed", "2"]);
    expect([other.code, other.stdout]).toEqual([2, ""]);
    expect(other.stderr).toBe(
      "bench: --resume goes on with what the run was started with; leave out --seed.\n",
    );
    const nothing = await bench(["run", "--resume", "x"]);
    expect([nothing.code, nothing.stdout]).toEqual([2, ""]);
    expect(nothing.stderr).toContain("Name the id of a run in results/runs, or its folder.");
  });
});

describe("a run", () => {
  it("cuts a slow trial, shows it as censored, and is not green when nothing was measured", async () => {
    const args = ["run", "submit", "--strategy", "row", "--dag-size", "20000", "--trials", "2"];
    const { code } = await bench([...args, "--max-trial-time", "500ms", "--out", out]);
    expect(code).toBe(7);
    const { cells, verdict } = await readResult(out);
    expect(verdict).toBe("nothing-measured");
    expect(cells).toHaveLength(1);
    expect(cells[0]).toMatchObject({ status: "censored", summary: {} });
    expect(cells[0]?.trials).toMatchObject([{ checks: null, censored: { limitMs: 500 } }]);
  });

  it("is not green, and keeps nothing, when the budget is too short for one trial", async () => {
    const { code, stdout, stderr } = await bench([...ONE_CELL, "--budget", "100ms", "--out", out]);
    expect([code, stdout]).toEqual([7, ""]);
    expect(stderr).toBe("bench: --budget ended before the first trial had ended\n");
    expect(existsSync(out)).toBe(false);
  });

  it("submits, drains and checks a workflow file as one size", async () => {
    const args = ["run", "--dag-file", SMALL_FLOW, "--strategy", "appender,row"];
    const more = ["--wake", "notify", "--claim-batch", "10", "--trials", "1", "--no-charts"];
    const { code } = await bench([...args, ...more, "--out", out]);
    expect(code).toBe(0);
    const { cells } = await readResult(out);
    const checks = cells.map(({ trials }) => trials[0]?.checks);
    expect(cells.map(({ parameters }) => parameters["dagFile"])).toEqual(
      cells.map(() => "small-flow.json"),
    );
    expect(new Set(checks.map((check) => check?.checksum)).size).toBe(1);
    expect(checks.at(-1)).toMatchObject({ doneOnce: true, ordered: true, violations: [] });
  });

  it("runs a scenario file of the user's own, and fails its threshold with 4", async () => {
    const parameters = [
      "parameters:",
      "  shape: { help: shape, values: [chain], default: chain, smoke: chain }",
      "  dagSize: { help: jobs, range: { from: 1, to: 100 }, default: 20, smoke: 5 }",
    ];
    const lines = [
      "name: my-own",
      "question: Is a chain submitted in no time?",
      "workload: submit",
      ...parameters,
      "metrics: [submitMs, submitRowsPerS]",
      'thresholds: ["submitMs < 0"]',
      "checks: [rowCounts]",
      "chart: { x: dagSize, y: submitMs }",
    ];
    writeFileSync(join(folder, "my.yaml"), `${lines.join("\n")}\n`);
    const args = ["run", "./my.yaml", "--trials", "1", "--no-charts", "--format", "csv"];
    const { code, stdout, stderr } = await bench([...args, "--out", out]);
    expect(code).toBe(4);
    expect(stdout).toContain("my-own");
    expect(stderr).toMatch(/bench: threshold submitMs < 0 is missed: \d/);
  });

  it("draws a chart for each scenario", async () => {
    const args = ["run", "submit", "--strategy", "appender", "--dag-size", "20,40"];
    const { code } = await bench([...args, "--trials", "1", "--out", out]);
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual([
      "journal.jsonl",
      "result.json",
      "submit-throughput.png",
    ]);
  });

  it("does not write over an earlier run, nor over anybody's files", async () => {
    mkdirSync(out);
    writeFileSync(join(out, "result.json"), "mine");
    const { code, stdout, stderr } = await bench([...ONE_CELL, "--out", out]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      `bench: --out ${out}: there is a run in this folder already. Name another folder, or go on with it: --resume ${out}\n`,
    );
    expect(readdirSync(out)).toEqual(["result.json"]);
  });
});

describe("the command line", () => {
  it.each([
    [["run", "--dag-size"], "Not enough arguments following: dag-size"],
    [["run", "--format", "xml"], "--format xml: unknown. It takes table,"],
    [["run", "--json", "--format", "csv"], "--json contradicts --format csv."],
    [["run", "submit", "--wake", "poll"], "--wake is no parameter of submit."],
    [["run", "--chunk-size", "10", "--strategy", "row"], "--chunk-size 10 has no effect"],
    [["run", "--dag-size", "1e99"], "--dag-size 1e99: above 10,000,000."],
    [["run", "--dag-size", "abc"], "--dag-size abc: not a number."],
    [["run", "--shape", "ring"], "--shape ring: unknown."],
    [["run", "--dag-file", "."], ".: a folder."],
    [["load", "--rate", "10/m"], "--rate 10/m: not a number."],
    [[], "Name a command, such as run"],
  ])("refuses %j in one line", async (args, message) => {
    const { code, stdout, stderr } = await bench(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`bench: ${message}`);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("helps and tells its version on stdout", async () => {
    const help = await bench(["run", "--help"]);
    expect([help.code, help.stderr]).toEqual([0, ""]);
    for (const flag of ["--dag-size", "--poll-interval", "--max-trial-time", "--resume"]) {
      expect(help.stdout).toContain(flag);
    }
    const version = await bench(["--version"]);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
