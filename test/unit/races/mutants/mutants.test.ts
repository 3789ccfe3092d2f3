import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { applyEdit, parseMutant, readMutants } from "../../../../src/races/mutants/mutant.ts";

const mutants = readMutants("test/mutants");

describe("a mutant", () => {
  test("is there for each fault that the design names, and for eight changes that break nothing", () => {
    const ids = mutants.map(({ id }) => id);
    const named = Array.from({ length: 15 }, (_, n) => `M${String(n + 1).padStart(2, "0")}`);
    expect(ids).toEqual(expect.arrayContaining(named));
    expect(ids.filter((id) => id.startsWith("B"))).toHaveLength(8);
    for (const { id, expects } of mutants)
      expect([id, expects.length > 0]).toEqual([id, !id.startsWith("B")]);
  });

  test.each(mutants)("$id still applies: $title", ({ edits }) => {
    for (const edit of edits) {
      const source = readFileSync(edit.file, "utf8");
      const changed = applyEdit(source, edit);
      expect(changed, edit.file).not.toBeNull();
      expect(changed).not.toBe(source);
    }
  });

  test("that does not apply, or applies twice, is refused", () => {
    const edit = { file: "a.ts", from: "x = 1;", to: "x = 2;" };
    expect(applyEdit("y = 1;", edit)).toBeNull();
    expect(applyEdit("x = 1;\nx = 1;", edit)).toBeNull();
    expect(applyEdit("  x = 1; // one", edit)).toBe("  x = 2; // one");
  });

  test("with a line that says nothing is refused by name", () => {
    expect(() => parseMutant("M01 a\nat a.ts\n-x\n+y\nand so on\n", "M01.patch")).toThrow(
      'M01.patch: "and so on" is no line of a mutant',
    );
  });
});

test("the built package holds no mutant", () => {
  const built = existsSync("dist")
    ? readdirSync("dist", { recursive: true, encoding: "utf8" })
    : [];
  const read = (folder: string, names: readonly string[]): string =>
    names.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  const isCode = (name: string): boolean => /^(store|engine|model)\/.*\.[jt]s$/.test(name);
  const texts = read("dist", built.filter(isCode));
  const sources = read(
    "src",
    readdirSync("src", { recursive: true, encoding: "utf8" }).filter(isCode),
  );
  for (const { id, edits } of mutants)
    for (const { to } of edits) {
      const lines = to.split("\n").map((line) => line.trim());
      // A line that the source has anyway tells nothing.
      const own = lines.filter((line) => line.length > 25 && !sources.includes(line));
      for (const line of own) expect(texts.includes(line), `${id}: ${line}`).toBe(false);
    }
});
