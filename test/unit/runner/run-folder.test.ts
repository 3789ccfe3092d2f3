/** The folder of a run, on the real file system. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../../../src/lib/errors.ts";
import { createRunFolder } from "../../../src/runner/run-folder.ts";

let base: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "quackmark-test-"));
});

afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

describe("the folder of a run", () => {
  it("is made with its parents, and discarded with those that it made", () => {
    const folder = createRunFolder(join(base, "a", "b"));
    expect(readdirSync(folder.path)).toEqual([]);
    folder.discard();
    expect(readdirSync(base)).toEqual([]);
  });

  it("leaves a folder that was there, and files that are not its own", () => {
    mkdirSync(join(base, "a"));
    writeFileSync(join(base, "a", "notes.txt"), "mine");
    const folder = createRunFolder(join(base, "a"));
    writeFileSync(join(folder.path, "journal.jsonl"), "");
    folder.discard();
    expect(readdirSync(join(base, "a"))).toEqual(["notes.txt"]);
  });

  it("is refused where its name is empty, which would be the current folder", () => {
    expect(() => createRunFolder("")).toThrow("--out: an empty name.");
    expect(() => createRunFolder(" ")).toThrow(InputError);
  });

  it("is refused when it holds a run already", () => {
    writeFileSync(join(base, "result.json"), "{}");
    expect(() => createRunFolder(base)).toThrow(
      `--out ${base}: there is a run in this folder already. Name another folder, or go on with it: --resume ${base}`,
    );
  });

  it("names itself as a shell and --resume read it", () => {
    const folder = join(base, "my run");
    mkdirSync(folder);
    writeFileSync(join(folder, "journal.jsonl"), "");
    expect(() => createRunFolder(folder)).toThrow(`go on with it: --resume '${folder}'`);
  });

  it("is refused below a file, and nothing is left behind", () => {
    writeFileSync(join(base, "file"), "");
    expect(() => createRunFolder(join(base, "file", "x"))).toThrow(InputError);
    expect(() => createRunFolder(join(base, "file"))).toThrow("cannot be written");
    expect(readdirSync(base)).toEqual(["file"]);
  });

  it.runIf(existsSync("/proc/self"))("is refused at once where folders cannot be made", () => {
    expect(() => createRunFolder("/proc/none/x")).toThrow("--out /proc/none/x: cannot be written");
  });
});
