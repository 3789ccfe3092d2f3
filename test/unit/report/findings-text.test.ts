import picocolors from "picocolors";
import { expect, test } from "vitest";
import { renderFindings } from "../../../src/report/findings-text.ts";
import type { Finding } from "../../../src/results/finding.ts";
import { finding, okCell } from "../../support/results/build-result.ts";

const plain = picocolors.createColors(false);

/** Findings about cells that are not in the result: they are named in full. */
const render = (findings: readonly Finding[], widthChars?: number): string =>
  renderFindings({ cells: [], findings: [...findings] }, plain, widthChars);

const far = finding({
  kind: "outliers",
  scenario: "drain",
  cell: { claimBatch: 1000, wake: "poll", pollInterval: 100 },
  metric: "drainMs",
  evidence: "2 of 8 trials\nfar off",
  advice: "close other programs",
});

test("a finding is one line with its place, evidence and advice", () => {
  const noisy = finding({ kind: "noisy-host", evidence: "CPU pressure 12 %", advice: "" });
  expect(render([far, noisy])).toBe(
    [
      "· outliers    drain (claim batch 1,000, poll interval 100 ms) drainMs: 2 of 8 trials far off → close other programs",
      "! noisy-host  CPU pressure 12 %",
      "",
    ].join("\n"),
  );
});

test("a cell is named by what tells it apart in its scenario, as everywhere else", () => {
  const cells = [100, 1000].map((claimBatch) =>
    okCell({
      scenario: "drain",
      parameters: { dagSize: 10, concurrency: claimBatch, claimBatch, wake: "notify" },
      metrics: { drainJobsPerS: 5 },
    }),
  );
  const [cell] = cells;
  const findings = [{ ...far, cell: cell?.parameters ?? {} }];
  expect(renderFindings({ cells, findings }, plain)).toContain(
    "drain (claim batch 100) drainMs: 2 of 8",
  );
});

test("on a terminal it is broken between words, under its own text", () => {
  expect(render([far], 60)).toBe(
    [
      "· outliers  drain (claim batch 1,000, poll interval 100 ms)",
      "            drainMs: 2 of 8 trials far off → close other",
      "            programs",
      "",
    ].join("\n"),
  );
});

test("findings that differ only in their cell become one line", () => {
  const few = (claimBatch: number) =>
    finding({
      kind: "too-few-trials",
      scenario: "drain",
      cell: { claimBatch },
      evidence: "3 trials",
      advice: "raise --budget",
    });
  expect(render([few(100), few(1000), few(5000)])).toBe(
    "· too-few-trials  drain (3 cells): 3 trials → raise --budget\n",
  );
});

test("without findings there is no text", () => {
  expect(render([])).toBe("");
});
