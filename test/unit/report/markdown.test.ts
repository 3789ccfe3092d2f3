import { describe, expect, test } from "vitest";
import { escapeMarkdown, renderMarkdown } from "../../../src/report/markdown.ts";
import { buildResult, emptyCell, finding, okCell } from "../../support/results/build-result.ts";

describe("escaping", () => {
  test.each([
    ["a|b", "a\\|b"],
    ["<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
    ["&lt;", "&amp;lt;"],
    ["two\r\nlines", "two lines"],
    ["*bold* _it_ `code` ~no~", "\\*bold\\* \\_it\\_ \\`code\\` \\~no\\~"],
    ["[link](x) #7", "\\[link\\](x) \\#7"],
    ["@someone", "&#64;someone"],
    ["back\\slash", "back\\\\slash"],
  ])("%j shows as itself", (text, markdown) => {
    expect(escapeMarkdown(text)).toBe(markdown);
  });
});

test("a whole report is a summary, a table and findings, whatever the values contain", () => {
  const metrics = { jobs: 10, edges: 0, submitRowsPerS: 100_000, submitMs: 0.1 };
  const cells = [
    okCell({ parameters: { strategy: "a|b" }, metrics }),
    okCell({ parameters: { strategy: "slow" }, metrics: { ...metrics, submitRowsPerS: 40_000 } }),
    emptyCell("failed", { strategy: "<script>" }, "no | such table"),
  ];
  const findings = [finding({ kind: "outliers", scenario: "submit", evidence: "a < b" })];
  expect(renderMarkdown(buildResult(cells, { findings }))).toBe(`\
- **Fastest way in:** a\\|b, 100,000 rows/s ±3 % (8 trials); 10 rows in 100 µs; 2.5x slow
- **Not finished:** submit: 1 failed, of 3 cells
- **Checked:** 16 of 16 trials reopened and verified, no violation
- **Machine:** AMD EPYC 9R14, 2 cores, 25.2 GB, linux x64, node 20.20.2, duckdb 1.5.6, quackmark 0.1.0 (4f2a9c1), fsync 1.23 ms
- **Run:** 20250301-120000-a1b2, durability full, store duckdb, seed 42, 108 s, verdict ok

### submit

| strategy | rows/s | 95 % CI | n | vs best | time |
| :--- | ---: | ---: | ---: | ---: | ---: |
| **a\\|b** | **100,000** | **±3 %** | **8** | **best** | **100 µs** |
| slow | 40,000 | ±3 % | 8 | 2.5x | 100 µs |
| &lt;script&gt; | failed: no \\| such table |  |  |  |  |

### Findings

- **outliers:** submit: a &lt; b → advice
`);
});

test("every row of a table has as many cells as its head", () => {
  const cells = [
    emptyCell("skipped", { strategy: "x|y\\|z", chunkSize: 10 }, "| | |"),
    okCell({ parameters: { strategy: "ok" }, metrics: { submitRowsPerS: 5 } }),
  ];
  const rows = renderMarkdown(buildResult(cells))
    .split("\n")
    .filter((line) => line.startsWith("|"));
  // A bar that is not escaped ends a cell; an even run of backslashes before it escapes nothing.
  const bars = rows.map((row) => row.replaceAll(/\\[\s\S]/g, "").split("|").length);
  expect(new Set(bars).size).toBe(1);
  expect(rows).toHaveLength(4);
});
