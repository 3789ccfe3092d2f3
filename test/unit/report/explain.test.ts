import { expect, test } from "vitest";
import { explain } from "../../../src/report/explain.ts";
import { renderExplanation } from "../../../src/report/explain-text.ts";
import { findingsOf } from "../../../src/results/findings.ts";
import type { Result } from "../../../src/results/result.ts";
import { buildResult, okCell } from "../../support/results/build-result.ts";
import { defaultRun, nothingMeasured, oneTrial } from "../../support/results/fixtures.ts";

/** A run as it ends: with the findings of its cells. */
const judged = (result: Result): Result => ({ ...result, findings: findingsOf(result.cells) });

test("a run with enough trials has an answer, and it is sure", () => {
  const { answer, sure, beware, next } = explain(judged(defaultRun()));
  expect(answer[0]).toBe("All that was measured was right, and no threshold was missed (exit 0).");
  expect(answer[1]).toMatch(/^Fastest way in: appender, 812,000 rows\/s ±3 % \(8 trials\); .*\.$/);
  expect(sure[0]).toMatch(
    /^submit, --strategy appender: sure\. It led the next 1\.\d\dx, and with 95 % confidence between 1\.\d\dx and 1\.\d\dx\.$/,
  );
  expect(beware).toEqual(["censored: submit (row): cut at 30 s with 123,456 rows done"]);
  expect(next).toContain("use --strategy appender for this work");
});

test("a winner among equals, and one of a few trials, are not sure", () => {
  const cell = (strategy: string, submitRowsPerS: number, trials: number) =>
    okCell({ parameters: { strategy }, metrics: { submitRowsPerS }, trials });
  const sureOf = (trials: number, other: number): string =>
    explain(judged(buildResult([cell("row", 1000, trials), cell("unnest", other, trials)])))
      .sure[0] ?? "";
  expect(sureOf(8, 999)).toBe(
    "submit, --strategy row: not sure. It cannot be told apart from one other cell.",
  );
  expect(sureOf(2, 500)).toBe(
    "submit, --strategy row: likely. It led the next 2.0x, with too few trials to say how sure that is.",
  );
});

test("few trials lead to the command that gives intervals, without what belongs to the old run", () => {
  const command = [
    "bench",
    "run",
    "a b",
    "--out",
    "x",
    "--trials=1",
    "--seed",
    "7",
    "--budget",
    "9s",
  ];
  const { asked, next } = explain(judged({ ...oneTrial(), command }));
  expect(asked[0]).toBe("bench run 'a b' --out x --trials=1 --seed 7 --budget 9s");
  expect(next).toContain("for intervals: bench run 'a b' --seed 7 --trials 8");
});

test.each([
  ["nothing-measured", "No cell was measured to its end, so there is no answer (exit 7)."],
  ["interrupted", "It was interrupted: what it had measured by then stands (exit 130)."],
  ["threshold-missed", "The answers were right, but a threshold was missed (exit 4)."],
  [
    "invariant-violated",
    "A trial left wrong rows: no speed counts until that is explained (exit 6).",
  ],
] as const)("the verdict %s is said first", (verdict, sentence) => {
  expect(explain({ ...nothingMeasured(), verdict }).answer[0]).toBe(sentence);
});

test("the terminal shows parts with their sentences, broken under their own text, and no empty part", () => {
  const text = renderExplanation(
    {
      run: "x",
      verdict: "ok",
      asked: ["bench run"],
      answer: ["All that was measured was right.", "And fast."],
      sure: [],
      beware: [],
      next: [],
    },
    { colored: false, widthChars: 32 },
  );
  expect(text).toBe(
    [
      "Asked     bench run",
      "Answer    All that was measured",
      "          was right.",
      "          And fast.",
      "",
    ].join("\n"),
  );
});
