import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRacesFolder } from "../../../src/cli/races-folder.ts";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "quackmark-test-"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe("the folder of what bench races measures", () => {
  test.each(["races.json", "stress.json", "selftest.json"])(
    "is refused where it holds %s, which stays as it is",
    (record) => {
      writeFileSync(join(base, record), "a violation");
      expect(() => openRacesFolder(base)).toThrow(
        `--out ${base}: there is a record in this folder already (${record}). Name another folder.`,
      );
      expect(readFileSync(join(base, record), "utf8")).toBe("a violation");
      expect(readdirSync(base)).toEqual([record]);
    },
  );

  test("is refused where it holds a hunt, with the command that goes on with it", () => {
    writeFileSync(join(base, "mutants.json"), "{}");
    expect(() => openRacesFolder(base)).toThrow(
      `Name another folder, or go on with it: bench races --mutants --resume ${base}.`,
    );
  });

  test("is taken where it holds other things", () => {
    writeFileSync(join(base, "notes.txt"), "mine");
    expect(openRacesFolder(base).path).toBe(base);
  });
});
