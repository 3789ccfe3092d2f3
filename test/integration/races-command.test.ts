/** `bench races` as a user meets it: interrupted, gone on with, told to write where there is something, and with no server. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ANOMALIES } from "../../src/races/selftest/run-selftest.ts";
import type { CheckerSelftestResult } from "../../src/results/checker-selftest-result.ts";
import { readMutantsResult } from "../../src/results/mutants-result-file.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-races-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `bench races`; `watch` sees all of stderr so far whenever more of it arrives. */
function races(
  args: readonly string[],
  watch: (stderr: string, child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, "races", ...args], { cwd: folder });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      watch(stderr, child);
    });
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Interrupts once, when stderr says this. */
function when(pattern: RegExp): (stderr: string, child: ChildProcess) => void {
  let sent = false;
  return (stderr, child) => {
    if (sent || !pattern.test(stderr)) return;
    sent = true;
    child.kill("SIGINT");
  };
}

it("an interrupted hunt says how to go on, and that command hunts what was asked for", {
  timeout: 300_000,
}, async () => {
  const asked = ["--mutants", "--mutant", "M16,B06", "--seeds", "1", "--out", "hunt"];
  const first = await races(asked, when(/now B06/));
  expect(first).toMatchObject({ code: 130, stdout: "" });
  expect(first.stderr).toContain("bench: interrupted before the first mutant was through\n");
  const command = /to go on: bench races (.*)\n/.exec(first.stderr)?.[1]?.split(" ") ?? [];
  expect(command.slice(0, 2)).toEqual(["--mutants", "--resume"]);

  const other = await races([...command, "--seeds", "9"]);
  expect(other.code).toBe(2);
  expect(other.stderr).toContain("that hunt began with --seeds 1. Leave out --seeds 9");
  const over = await races([...asked]);
  expect(over.code).toBe(2);
  expect(over.stderr).toContain("bench races --mutants --resume hunt");

  const second = await races(command);
  expect({ code: second.code, stderr: second.stderr }).toMatchObject({ code: 0 });
  const { mutants, rootSeeds, ended } = readMutantsResult(join(folder, "hunt"));
  expect(mutants.map(({ id, found }) => [id, found])).toEqual([
    ["B06", null],
    ["M16", "J4"],
  ]);
  expect({ rootSeeds, ended }).toEqual({ rootSeeds: 1, ended: "all" });
});

it("an interrupted self-test prints and keeps the part that was measured", {
  timeout: 120_000,
}, async () => {
  // Far more than a test has time for: the first progress comes after the first 20 valid histories.
  const asked = ["--selftest", "--histories", "20", "--seeds", "5000", "--out", "self"];
  const { code, stdout } = await races(asked, when(/of 4 valid/));
  expect(code).toBe(130);
  expect(stdout).toContain("valid, with the log: 0 false alarms in 20 histories");
  expect(stdout).toMatch(/Interrupted after \d+ of \d+ ways to spoil a history, so far: /);
  const text = readFileSync(join(folder, "self", "selftest.json"), "utf8");
  const saved = JSON.parse(text) as CheckerSelftestResult;
  expect(saved).toMatchObject({ passed: false, ended: "interrupted" });
  expect(saved.ways.of).toBe(ANOMALIES.length);
});

it("a campaign says that its seeds are too few to judge situations, and does not write over an earlier one", {
  timeout: 120_000,
}, async () => {
  const asked = ["--scenario", "joins,retries", "--seeds", "3", "--out", "mine"];
  const first = await races(asked);
  expect(first.code).toBe(0);
  expect(first.stdout).toContain("too few seeds to judge situations: 1 a scenario, 20 needed\n");
  const before = readFileSync(join(folder, "mine", "races.json"), "utf8");
  expect(JSON.parse(before)).toMatchObject({
    verdict: "clean",
    situations: [],
    tooFewSeeds: { perScenario: 1, needed: 20 },
  });
  const { code, stderr } = await races([...asked, "--seed", "5"]);
  expect(code).toBe(2);
  expect(stderr).toBe(
    "bench: --out mine: there is a record in this folder already (races.json). Name another folder.\n",
  );
  expect(readFileSync(join(folder, "mine", "races.json"), "utf8")).toBe(before);
});

it.each([[[]], [["--mutants"]]])(
  "a server that is not there is bad input and leaves nothing: %o",
  {
    timeout: 60_000,
  },
  async (more) => {
    // The first of the privileged ports: nobody listens.
    const { code, stderr } = await races([...more, "--store", "postgres://127.0.0.1:1/x"]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      "bench: --store postgres://127.0.0.1:1/x: the server cannot be reached (connect ECONNREFUSED 127.0.0.1:1). Start it, or give another address.\n",
    );
    expect(readdirSync(folder)).toEqual([]);
  },
);
