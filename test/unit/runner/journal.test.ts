/** The journal survives a crash, and refuses what it did not write. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../../../src/lib/errors.ts";
import {
  JOURNAL_FILE,
  Journal,
  type JournalEntry,
  readJournal,
} from "../../../src/runner/journal.ts";
import type { RunPlan } from "../../../src/runner/run-plan.ts";

const PLAN: RunPlan = {
  id: "20260102-030405-abcd",
  startedAt: "2026-01-02T03:04:05.000Z",
  command: ["bench", "run"],
  cells: [{ scenario: "submit", workload: "submit", parameters: { shape: "chain", dagSize: 3 } }],
  scenarios: [{ name: "submit", question: "How?", metrics: ["submitRowsPerS"] }],
  thresholds: { submit: ["submitMs < 500"] },
  trials: 2,
  budgetMs: null,
  maxTrialMs: 30_000,
  seed: 1,
  durability: "full",
  store: null,
  settings: {},
  dagFile: null,
};
const ENVIRONMENT = {
  cpu: "test",
  cores: 2,
  memoryBytes: 1,
  platform: "linux x64",
  node: "20",
  duckdb: "1",
  quackmark: "0",
  commit: null,
  dirty: false,
  fsyncMs: 1,
  fingerprint: "f",
};
const HEAD = { plan: PLAN, environment: ENVIRONMENT };
const ENTRY: JournalEntry = {
  cell: 0,
  block: 1,
  costMs: 12.5,
  result: { kind: "failed", reason: "died", wrong: false },
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-test-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function writeTwo(): string {
  const first = Journal.begin(folder, HEAD);
  first.add(ENTRY);
  first.close();
  const second = Journal.goOn(folder);
  second.add({ ...ENTRY, block: 2 });
  second.close();
  return join(folder, JOURNAL_FILE);
}

describe("a journal", () => {
  it("gives back the plan and every entry, across a resume", () => {
    writeTwo();
    expect(readJournal(folder)).toEqual({
      head: { version: 1, ...HEAD },
      entries: [ENTRY, { ...ENTRY, block: 2 }],
    });
  });

  it("drops and cuts off a line that a crash left unfinished", () => {
    const path = writeTwo();
    const whole = readFileSync(path, "utf8");
    appendFileSync(path, '{"cell":0,"blo');
    expect(readJournal(folder).entries).toHaveLength(2);
    expect(readFileSync(path, "utf8")).toBe(whole);
  });

  it("names file and line of damage", () => {
    const path = writeTwo();
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, [lines[0], '{"cell":"x"}', ""].join("\n"));
    expect(() => readJournal(folder)).toThrow(
      `${path}:2: no journal of this version of bench (cell:`,
    );
    writeFileSync(path, "hello\n");
    expect(() => readJournal(folder)).toThrow(`${path}:1: no journal of this version of bench`);
  });

  it("refuses an entry of a cell that the plan does not have", () => {
    const path = writeTwo();
    appendFileSync(path, `${JSON.stringify({ ...ENTRY, cell: 1 })}\n`);
    expect(() => readJournal(folder)).toThrow("there is no cell 1");
  });

  it("is never begun over another one", () => {
    writeTwo();
    expect(() => Journal.begin(folder, HEAD)).toThrow("EEXIST");
  });

  it("asks for the id or the folder of a run when there is none", () => {
    expect(() => readJournal(join(folder, "none"))).toThrow(InputError);
    expect(() => readJournal(join(folder, "none"))).toThrow(
      "Name the id of a run in results/runs, or its folder.",
    );
  });
});
