import picocolors from "picocolors";
import { expect, test } from "vitest";
import { renderTables } from "../../../src/report/table.ts";
import type { Result } from "../../../src/results/result.ts";
import {
  buildResult,
  censoredCell,
  emptyCell,
  okCell,
} from "../../support/results/build-result.ts";
import {
  defaultRun,
  manySeries,
  nothingMeasured,
  oneTrial,
  sizeSweep,
} from "../../support/results/fixtures.ts";

const plain = picocolors.createColors(false);
const table = (result: Result, widthChars = 120): string =>
  renderTables(result, { colors: plain, widthChars });

test("the default run shows winners, intervals, ties and the cell that was cut", () => {
  expect(table(defaultRun())).toBe(`submit  shape random · DAG size 100,000
strategy    chunk size   rows/s  95 % CI  n  vs best    time  longest SQL  parameters  peak RSS
───────────────────────────────────────────────────────────────────────────────────────────────
appender    –           812,000     ±3 %  8     best  308 ms          0 B           0    238 MB
unnest      –           455,000     ±3 %  8    1.78x  549 ms        412 B           8    238 MB
temp-table  1,000       338,000     ±3 %  8     2.4x  740 ms        24 kB       8,000    238 MB
temp-table  5,000       312,000     ±3 %  8     2.6x  801 ms       120 kB      40,000    238 MB
temp-table  100         270,000     ±3 %  8     3.0x  925 ms       2.4 kB         800    238 MB
values      1,000       262,000     ±3 %  8     3.1x  954 ms        24 kB       8,000    238 MB
values      5,000       242,000     ±3 %  8     3.4x  1.03 s       120 kB      40,000    238 MB
values      100         210,000     ±3 %  8     3.9x  1.19 s       2.4 kB         800    238 MB
row         –           > 30 s (123,456 rows done)
> cut at the time limit: the cell needs longer than that

drain  shape random · DAG size 100,000 · workers 1 · concurrency = claim batch
claim batch  wake    poll interval  jobs/s  95 % CI  n  vs best    time  commits  polls  wait p99     CPU  peak RSS
───────────────────────────────────────────────────────────────────────────────────────────────────────────────────
5,000        notify  –              66,200     ±4 %  8     best  1.51 s       40     27     1.4 s  2.21 s    270 MB
1,000        notify  –              61,300     ±4 %  8  ≈ 1.08x  1.63 s      200    107    1.52 s  2.21 s    270 MB
1,000        poll    10 ms          48,700     ±4 %  8    1.36x  2.05 s      200    107    1.91 s  2.21 s    270 MB
100          notify  –              21,400     ±4 %  8     3.1x  4.67 s    2,000  1,007    4.35 s  2.21 s    270 MB
1,000        poll    100 ms          8,930     ±4 %  8     7.4x  11.2 s      200    107    10.4 s  2.21 s    270 MB
1,000        poll    1 s               984     ±4 %  8      67x   102 s      200    107    94.5 s  2.21 s    270 MB
≈ the intervals of this cell and the best overlap
`);
});

test("a sweep keeps the sizes apart, each with its own winner", () => {
  expect(table(sizeSweep())).toBe(`submit  shape random
DAG size   strategy  chunk size   rows/s  95 % CI  n  vs best     time  longest SQL  parameters  peak RSS
─────────────────────────────────────────────────────────────────────────────────────────────────────────
1,000      values    1,000       262,000     ±3 %  8     best  9.54 ms        24 kB       8,000    149 MB
1,000      unnest    –           239,000     ±3 %  8    1.09x  10.4 ms        24 kB       8,000    149 MB
1,000      appender  –           162,000     ±3 %  8    1.61x  15.4 ms        24 kB       8,000    149 MB
1,000      row       –             9,420     ±3 %  8      28x   265 ms        24 kB       8,000    149 MB

10,000     appender  –           580,000     ±3 %  8     best  43.1 ms        24 kB       8,000    157 MB
10,000     unnest    –           417,000     ±3 %  8    1.39x  59.9 ms        24 kB       8,000    157 MB
10,000     values    1,000       262,000     ±3 %  8     2.2x  95.4 ms        24 kB       8,000    157 MB
10,000     row       –             9,420     ±3 %  8      62x   2.65 s        24 kB       8,000    157 MB

100,000    appender  –           781,000     ±3 %  8     best   320 ms        24 kB       8,000    238 MB
100,000    unnest    –           451,000     ±3 %  8    1.73x   554 ms        24 kB       8,000    238 MB
100,000    values    1,000       262,000     ±3 %  8     3.0x   954 ms        24 kB       8,000    238 MB
100,000    row       –             9,420     ±3 %  8      83x   26.5 s        24 kB       8,000    238 MB

1,000,000  appender  –           809,000     ±3 %  8     best   3.09 s        24 kB       8,000   1.05 GB
1,000,000  unnest    –           455,000     ±3 %  8    1.78x    5.5 s        24 kB       8,000   1.05 GB
1,000,000  values    1,000       262,000     ±3 %  8     3.1x   9.54 s        24 kB       8,000   1.05 GB
1,000,000  row       –           > 30 s (281,000 rows done)
> cut at the time limit: the cell needs longer than that
`);
});

test("one trial has neither interval nor winner", () => {
  expect(table(oneTrial())).toBe(`submit  shape random · DAG size 1,000 · strategy appender
 rows/s  n     time  longest SQL  parameters  peak RSS
──────────────────────────────────────────────────────
210,000  1  11.9 ms          0 B           0    149 MB
`);
});

test("sizes of one row each stand together", () => {
  const cells = [10, 100].map((dagSize) =>
    okCell({ parameters: { dagSize }, metrics: { submitRowsPerS: 800_000 } }),
  );
  const lines = table(buildResult(cells)).trimEnd().split("\n");
  expect(lines.slice(3).map((line) => line.split(" ")[0])).toEqual(["10", "100"]);
});

test("failed and skipped cells say why, beginning under the main metric", () => {
  expect(table(nothingMeasured())).toBe(`submit  DAG size 1,000
strategy  rows/s                            n
─────────────────────────────────────────────
values    failed: Out of Memory Error: 24 MiB
row       skipped: the budget of 110 s ended
`);
});

test("50 cells give 50 rows of at most 120 characters", () => {
  const lines = table(manySeries([100_000]))
    .trimEnd()
    .split("\n");
  expect(lines).toHaveLength(3 + 50 + 1);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
});

test("in a narrow terminal metrics leave from the right and are named", () => {
  const lines = table(defaultRun(), 80).split("\n");
  expect(lines[1]).toBe(
    "strategy    chunk size   rows/s  95 % CI  n  vs best    time  longest SQL",
  );
  expect(lines).toContain(
    "no room for parameters, peak RSS: widen the terminal or use --format csv",
  );
  const rows = lines.filter((line) => !line.startsWith("no room"));
  expect(Math.max(...rows.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test("a long reason is cut to the width of the table", () => {
  const cells = [
    okCell({ parameters: { strategy: "appender" }, metrics: { submitRowsPerS: 800_000 } }),
    emptyCell("failed", { strategy: "values" }, "parameter limit exceeded ".repeat(9)),
  ];
  expect(table(buildResult(cells)).split("\n")[4]).toBe(
    "values    failed: parameter limit exceeded parameter limit exceeded p…",
  );
});

test("a reason cannot send escape codes to the terminal", () => {
  const cells = [emptyCell("failed", { strategy: "row" }, "\u001b[2Jgone\r\n")];
  expect(table(buildResult(cells))).toContain("failed: \uFFFD[2Jgone");
});

test("a cut drain counts jobs, not rows", () => {
  const cells = [censoredCell({ claimBatch: 1 }, 4321, "drain")];
  expect(table(buildResult(cells))).toContain("> 30 s (4,321 jobs done)");
});

test("colours change nothing but the colour", () => {
  const colored = renderTables(defaultRun(), {
    colors: picocolors.createColors(true),
    widthChars: 120,
  });
  const winner = colored.split("\n").find((line) => line.includes("appender"));
  expect(winner?.startsWith("\u001b[32mappender\u001b[39m")).toBe(true);
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
  expect(colored.replaceAll(escapes, "")).toBe(table(defaultRun()));
});
