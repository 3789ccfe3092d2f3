import { expect, test } from "vitest";
import {
  cellLabel,
  parameterLabel,
  parameterText,
  splitParameters,
} from "../../../src/report/parameters.ts";
import { printable, shortened } from "../../../src/report/printable.ts";
import { okCell } from "../../support/results/build-result.ts";

const cell = (parameters: Record<string, string | number | boolean>) =>
  okCell({ parameters, metrics: {} });

test("parameter names become words", () => {
  expect(["chunkSize", "dagSize", "claim-batch", "wake"].map(parameterLabel)).toEqual([
    "chunk size",
    "DAG size",
    "claim batch",
    "wake",
  ]);
});

test("parameter values carry their unit, and a missing one is a dash", () => {
  expect([
    parameterText("pollInterval", 1000),
    parameterText("delayMs", 5),
    parameterText("dagSize", 100_000),
    parameterText("rate", 0.25),
    parameterText("ordered", true),
    parameterText("chunkSize", "all"),
    parameterText("chunkSize", undefined),
  ]).toEqual(["1 s", "5 ms", "100,000", "0.25", "yes", "all", "–"]);
});

test("a long file name keeps its end", () => {
  const text = parameterText("dagFile", `traces/${"deep/".repeat(10)}montage-chameleon.json`);
  expect(text).toBe("…eep/deep/montage-chameleon.json");
  expect([...text]).toHaveLength(32);
});

test("parameters split into varying, constant and those that follow another", () => {
  const cells = [
    cell({ shape: "random", claimBatch: 100, concurrency: 100, wake: "notify" }),
    cell({ shape: "random", claimBatch: 500, concurrency: 500, wake: "poll", pollInterval: 10 }),
  ];
  expect(splitParameters(cells)).toEqual({
    varying: ["claimBatch", "wake", "pollInterval"],
    constant: [["shape", "random"]],
    following: [["concurrency", "claimBatch"]],
  });
});

test("a label names numbers, leaves out what the cell lacks, and does not say poll twice", () => {
  const names = ["strategy", "chunkSize", "wake", "pollInterval"];
  expect(cellLabel(cell({ strategy: "values", chunkSize: 1000 }), names)).toBe(
    "values, chunk size 1,000",
  );
  expect(cellLabel(cell({ strategy: "values", chunkSize: "all" }), names)).toBe(
    "values, chunk size all",
  );
  expect(cellLabel(cell({ wake: "poll", pollInterval: 10 }), names)).toBe("poll interval 10 ms");
});

test("text from outside loses line ends and control characters", () => {
  expect(printable("out of\n  memory \u001b[31m\u0007")).toBe("out of memory \uFFFD[31m\uFFFD");
});

test("shortened text fits and shows that it was cut", () => {
  expect(shortened("abcdef", 6)).toBe("abcdef");
  expect(shortened("abcdefg", 6)).toBe("abcde…");
});
