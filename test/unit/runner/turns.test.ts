/** Turns: who works when, and that nobody works beside another. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Turns } from "../../../src/runner/turns.ts";

type Name = "base" | "head";

/** Takes all turns of one side, then leaves; `log` gets its begin and end. */
async function work(turns: Turns<Name>, name: Name, rounds: number, log: string[], yields: number) {
  const turn = turns.of(name);
  for (let round = 0; round < rounds; round++) {
    await turn.take();
    log.push(`${name} begins`);
    for (let i = 0; i < yields; i++) await Promise.resolve();
    log.push(`${name} ends`);
  }
  await turn.leave();
  log.push(`${name} left`);
}

describe("turns", () => {
  test("go A B, B A, A B: each side begins every other pair", async () => {
    const turns = new Turns(["base", "head"], "head", 3);
    const log: string[] = [];
    await Promise.all([work(turns, "base", 3, log, 3), work(turns, "head", 3, log, 1)]);
    const begun = log.filter((line) => line.endsWith("begins")).map((line) => line.slice(0, 4));
    expect(begun).toEqual(["head", "base", "base", "head", "head", "base"]);
    expect(log.slice(-2).sort()).toEqual(["base left", "head left"]);
  });

  test("never overlap, and a side that leaves early stops nobody", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(6),
        fc.nat(6),
        fc.nat(5),
        fc.nat(5),
        fc.constantFrom<Name>("base", "head"),
        async (ofBase, ofHead, slowBase, slowHead, first) => {
          const turns = new Turns<Name>(["base", "head"], first, Math.max(ofBase, ofHead));
          const log: string[] = [];
          await Promise.all([
            work(turns, "base", ofBase, log, slowBase),
            work(turns, "head", ofHead, log, slowHead),
          ]);
          const begins = log.filter((line) => line.endsWith("begins"));
          expect(begins).toHaveLength(ofBase + ofHead);
          for (const [at, line] of log.entries()) {
            if (line.endsWith("begins")) expect(log[at + 1]).toBe(line.replace("begins", "ends"));
          }
          expect(log.slice(-2).sort()).toEqual(["base left", "head left"]);
        },
      ),
    );
  });
});
