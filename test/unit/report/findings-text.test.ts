import picocolors from "picocolors";
import { expect, test } from "vitest";
import { renderFindings } from "../../../src/report/findings-text.ts";
import { finding } from "../../support/results/build-result.ts";

const plain = picocolors.createColors(false);

test("a finding is one line with its place, evidence and advice", () => {
  const findings = [
    finding({
      kind: "outliers",
      scenario: "drain",
      cell: { claimBatch: 1000, wake: "poll", pollInterval: 100 },
      metric: "drainMs",
      evidence: "2 of 8 trials\nfar off",
      advice: "close other programs",
    }),
    finding({ kind: "noisy-host", evidence: "CPU pressure 12 %", advice: "" }),
  ];
  expect(renderFindings(findings, plain)).toBe(
    [
      "· outliers    drain (1,000, poll, 100 ms) drainMs: 2 of 8 trials far off → close other programs",
      "! noisy-host  CPU pressure 12 %",
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
  expect(renderFindings([few(100), few(1000), few(5000)], plain)).toBe(
    "· too-few-trials  drain (3 cells): 3 trials → raise --budget\n",
  );
});

test("without findings there is no text", () => {
  expect(renderFindings([], plain)).toBe("");
});
