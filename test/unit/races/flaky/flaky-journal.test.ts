import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  FLAKY_JOURNAL_FILE,
  FlakyJournal,
  type FlakyJournalEntry,
  readFlakyJournal,
} from "../../../../src/races/flaky/flaky-journal.ts";
import { flakyOptions } from "../../../support/flaky/options.ts";
import { outcome, run } from "../../../support/flaky/runs.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-flaky-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const HEAD = {
  id: "20260101-000000-0000",
  startedAt: "2026-01-01T00:00:00.000Z",
  options: flakyOptions({ command: ["npx", "vitest"], testRunner: "vitest", testLimitMs: 5000 }),
};

const FIRST: FlakyJournalEntry = {
  phase: "runs",
  nth: 1,
  record: run({ tests: [outcome("a", "passed"), { ...outcome("a", "failed"), kind: "file" }] }),
};
const SECOND: FlakyJournalEntry = {
  phase: "noisy timers",
  nth: 2,
  record: run({ exitCode: 1, seed: 8, tests: [outcome("b", "retried"), outcome("a", "skipped")] }),
};
const BLIND: FlakyJournalEntry = {
  phase: "runs",
  nth: 2,
  record: run({ exitCode: null, signal: "SIGKILL", timedOut: true, output: "late", slowdown: 2.5 }),
};

it("what is written is read back, also after the journal was opened again", () => {
  const first = FlakyJournal.begin(folder, HEAD);
  first.add(FIRST);
  first.close();
  const again = FlakyJournal.goOn(folder, readFlakyJournal(folder).entries);
  again.add(SECOND);
  again.add(BLIND);
  again.close();
  expect(readFlakyJournal(folder)).toEqual({ head: HEAD, entries: [FIRST, SECOND, BLIND] });
});

it.each([
  ["without its end", '{"phase":"ru'],
  ["and something has ended it", '{"phase":"ru\n'],
  ["and its place is full of zeros", "\0\0\0\0"],
  ["and it is empty", "\n"],
])(
  "a last line that a crash has cut, %s, is dropped, and the next one does not touch it",
  (_, torn) => {
    const journal = FlakyJournal.begin(folder, HEAD);
    journal.add(FIRST);
    journal.close();
    const path = join(folder, FLAKY_JOURNAL_FILE);
    const whole = readFileSync(path, "utf8");
    appendFileSync(path, torn);
    const { entries } = readFlakyJournal(folder);
    expect(entries).toEqual([FIRST]);
    expect(readFileSync(path, "utf8")).toBe(whole);
    const again = FlakyJournal.goOn(folder, entries);
    again.add(SECOND);
    again.close();
    expect(readFlakyJournal(folder).entries).toEqual([FIRST, SECOND]);
  },
);

it("a damaged line before the last is refused with its number, and what to do about it helps", () => {
  const journal = FlakyJournal.begin(folder, HEAD);
  for (const entry of [FIRST, SECOND, BLIND]) journal.add(entry);
  journal.close();
  const path = join(folder, FLAKY_JOURNAL_FILE);
  const lines = readFileSync(path, "utf8").split("\n");
  const damaged = lines.with(2, '{"phase":"ru').join("\n");
  writeFileSync(path, damaged);
  expect(() => readFlakyJournal(folder)).toThrow(
    /:3: a damaged line \(.*\)\. Remove it and all lines below it, and --resume does their runs again; or/,
  );
  expect(readFileSync(path, "utf8")).toBe(damaged);
  writeFileSync(
    path,
    lines
      .slice(0, 2)
      .map((line) => `${line}\n`)
      .join(""),
  );
  expect(readFlakyJournal(folder).entries).toEqual([FIRST]);
});

it("a file that is no journal is not changed", () => {
  for (const text of ["mine", "mine\nand more"]) {
    writeFileSync(join(folder, FLAKY_JOURNAL_FILE), text);
    expect(() => readFlakyJournal(folder)).toThrow(/:1: no journal of this version/);
    expect(readFileSync(join(folder, FLAKY_JOURNAL_FILE), "utf8")).toBe(text);
  }
});

it("a name is written once, however many runs there are", () => {
  const journal = FlakyJournal.begin(folder, HEAD);
  const name = "test/unit/a.test.ts > a long name";
  for (let nth = 1; nth <= 9; nth++) {
    journal.add({ phase: "runs", nth, record: run({ tests: [outcome(name, "passed")] }) });
  }
  journal.close();
  const text = readFileSync(join(folder, FLAKY_JOURNAL_FILE), "utf8");
  expect(text.split(name)).toHaveLength(2);
});

it.each([
  ["", /:1: no journal of this version/],
  ['{"version":1}\n', /:1: no journal of this version/],
  ["nonsense\n", /:1: no journal of this version/],
])("a journal that holds %j is refused", (text, message) => {
  writeFileSync(join(folder, FLAKY_JOURNAL_FILE), text);
  expect(() => readFlakyJournal(folder)).toThrow(message);
});

it("a line that names an unknown test, and a folder without a journal, are refused", () => {
  expect(() => readFlakyJournal(folder)).toThrow(/there is no such file/);
  const journal = FlakyJournal.begin(folder, HEAD);
  journal.add(FIRST);
  journal.close();
  const path = join(folder, FLAKY_JOURNAL_FILE);
  writeFileSync(path, readFileSync(path, "utf8").replace('"tests":[[0', '"tests":[[7'));
  expect(() => readFlakyJournal(folder)).toThrow(/:2: .*there is no test 7/);
});
