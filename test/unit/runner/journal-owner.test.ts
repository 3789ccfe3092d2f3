/** One process writes a journal; one that was killed owns nothing any more. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { disownJournal, ownJournal, refuseOwned } from "../../../src/runner/journal-owner.ts";
import { LineJournal } from "../../../src/runner/jsonl.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-owner-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const owner = (): string => join(folder, "journal.pid");

test("a journal that another living process writes is refused, and stays that one's", () => {
  writeFileSync(owner(), `${process.ppid}\n`);
  const message = `process ${process.ppid} is still measuring there. Wait for it or stop it`;
  expect(() => refuseOwned(folder)).toThrow(message);
  expect(() => ownJournal(folder)).toThrow(message);
  expect(readFileSync(owner(), "utf8")).toBe(`${process.ppid}\n`);
});

test("what a process left that is gone, or that is no process id, is taken over", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  for (const left of [`${pid}\n`, "", "nobody"]) {
    writeFileSync(owner(), left);
    ownJournal(folder);
    expect(readFileSync(owner(), "utf8")).toBe(`${process.pid}\n`);
  }
});

test("a journal of lines is one process's too", () => {
  const path = join(folder, "journal.jsonl");
  const journal = LineJournal.begin(path, {});
  expect(readFileSync(owner(), "utf8")).toBe(`${process.pid}\n`);
  journal.close();
  writeFileSync(owner(), `${process.ppid}\n`);
  expect(() => LineJournal.goOn(path)).toThrow("is still measuring there");
});

test("who owns it may go on, and leaves nothing behind", () => {
  ownJournal(folder);
  refuseOwned(folder);
  disownJournal(folder);
  expect(existsSync(owner())).toBe(false);
  refuseOwned(folder);
});
