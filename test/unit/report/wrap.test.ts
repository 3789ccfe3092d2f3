import fc from "fast-check";
import { expect, test } from "vitest";
import { wrapped } from "../../../src/report/wrap.ts";

test("no word is lost, and no line is longer than the width unless a word is", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(words, fc.integer({ min: 40, max: 120 }), fc.nat(15), (parts, width, indent) => {
      const lines = wrapped(parts.join(" "), width, indent).split("\n");
      expect(lines.map((line) => line.trim()).join(" ")).toBe(parts.join(" "));
      lines.forEach((line, place) => {
        const taken = place === 0 ? indent : 0;
        expect(line.length + taken <= width || !line.trim().includes(" ")).toBe(true);
        if (place > 0) expect(line.startsWith(" ".repeat(indent))).toBe(true);
      });
    }),
  );
});

test("in a pipe nothing is broken", () => {
  expect(wrapped("a ".repeat(300).trim(), undefined, 4)).toBe("a ".repeat(300).trim());
});
