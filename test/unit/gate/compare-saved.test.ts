/** Saved results compared: seconds on one machine, the kernel's ratios on two. */
import { describe, expect, test } from "vitest";
import {
  compareSaved,
  isKernel,
  isSameCell,
  KERNEL_CELL,
} from "../../../src/gate/compare-saved.ts";
import type { JudgedCell } from "../../../src/gate/judge-pairs.ts";
import type { Cell, Trial } from "../../../src/results/result.ts";
import { planCells } from "../../../src/runner/plan-cells.ts";
import { parseCellText } from "../../../src/scenario/cell-text.ts";

const RULE = { toleratedRatio: 1.03, fatalRatio: 1.1 };
const KERNEL = { jobs: 5000, writer: "raw", workers: 1, claimBatch: 100 };
const SUBMIT: JudgedCell = {
  scenario: "submit",
  parameters: { dagSize: 100, strategy: "appender" },
  gate: ["submitMs"],
  counters: ["rowsWritten"],
};

/** Twelve trials around a centre, with the given facts. */
function cell(
  scenario: string,
  parameters: Cell["parameters"],
  metric: string,
  centre: number,
  facts: Readonly<Record<string, number>> = {},
): Cell {
  const trials = Array.from(
    { length: 12 },
    (_, order): Trial => ({
      order,
      metrics: {
        jobs: 100,
        edges: 99,
        [metric]: centre * (1 + ((order % 5) - 2) / 1000),
        ...facts,
      },
      checks: null,
      environment: { cpuPressurePct: 0, stealPct: 0, involuntarySwitches: 0 },
    }),
  );
  return { scenario, parameters, status: "ok", trials, summary: {} };
}

function submit(ms: number, facts: Readonly<Record<string, number>> = { rowsWritten: 200 }): Cell {
  return cell("submit", { strategy: "appender", dagSize: 100 }, "submitMs", ms, facts);
}

function kernel(ms: number): Cell {
  return cell("write-contention", KERNEL, "drainMs", ms);
}

describe("in seconds", () => {
  test.each([
    [100, "pass"],
    [101, "pass"],
    [107, "regression"],
    [130, "regression"],
    [70, "pass"],
  ] as const)("100 ms against %s ms is a %s", (ms, verdict) => {
    const judgement = compareSaved([SUBMIT], [submit(100)], [submit(ms)], RULE, false);
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.cells[0]?.metrics[0]?.ratio).toBeCloseTo(ms / 100, 2);
    expect(judgement.problems).toEqual([]);
  });

  test("a counter that grew decides by itself", () => {
    const more = submit(100, { rowsWritten: 201 });
    const judgement = compareSaved([SUBMIT], [submit(100)], [more], RULE, false);
    expect(judgement.verdict).toBe("regression");
  });

  test("three trials a side do not tell", () => {
    const few = (one: Cell): Cell => ({ ...one, trials: one.trials.slice(0, 3) });
    const judgement = compareSaved([SUBMIT], [few(submit(100))], [few(submit(100))], RULE, false);
    expect(judgement.verdict).toBe("inconclusive");
    expect(judgement.cells[0]?.metrics[0]?.interval).toBeNull();
  });
});

describe("by the kernel", () => {
  test("a machine that is three times slower changes nothing", () => {
    const base = [submit(100), kernel(50)];
    const head = [submit(300), kernel(150)];
    const judgement = compareSaved([SUBMIT], base, head, RULE, true);
    expect(judgement.verdict).toBe("pass");
    expect(judgement.cells[0]?.metrics[0]?.ratio).toBeCloseTo(1, 9);
    expect(judgement.cells[0]?.metrics[0]?.head).toBeCloseTo(299.85, 9);
  });

  test("a queue that is slower than its machine is a regression", () => {
    const judgement = compareSaved(
      [SUBMIT],
      [submit(100), kernel(50)],
      [submit(360), kernel(150)],
      RULE,
      true,
    );
    expect(judgement.verdict).toBe("regression");
    expect(judgement.cells[0]?.metrics[0]?.ratio).toBeCloseTo(1.2, 9);
  });

  test("without its figures nothing compares", () => {
    const judgement = compareSaved([SUBMIT], [submit(100)], [submit(100), kernel(50)], RULE, true);
    expect(judgement.verdict).toBe("nothing-comparable");
    expect(judgement.problems).toEqual([expect.stringMatching(/^the base has no figures of the/)]);
  });
});

describe("nothing compares", () => {
  test("where a cell is missing", () => {
    const judgement = compareSaved([SUBMIT], [], [submit(100)], RULE, false);
    expect(judgement.verdict).toBe("nothing-comparable");
    expect(judgement.problems).toEqual([expect.stringMatching(/: not measured in the base$/)]);
  });

  test("where the work is not the same", () => {
    const other = submit(100, { rowsWritten: 200, edges: 7 });
    const judgement = compareSaved([SUBMIT], [other], [submit(100)], RULE, false);
    expect(judgement.problems).toEqual([
      expect.stringMatching(/not the same work: 7 edges in the base, 99 in the head$/),
    ]);
  });

  test("where there is no cell at all", () => {
    expect(compareSaved([], [submit(1)], [submit(1)], RULE, false).verdict).toBe(
      "nothing-comparable",
    );
  });
});

test("cells are the same whatever the order of their parameters", () => {
  expect(isSameCell(submit(1), SUBMIT)).toBe(true);
  expect(isSameCell(submit(1), { ...SUBMIT, parameters: { dagSize: 100 } })).toBe(false);
  expect(isSameCell(submit(1), kernel(1))).toBe(false);
});

test("the kernel's text is one cell of a built-in scenario, and is known as the kernel", () => {
  const { cells } = planCells(parseCellText(KERNEL_CELL, "kernel"), "kernel");
  expect(cells).toHaveLength(1);
  expect(cells.map(isKernel)).toEqual([true]);
  expect(isKernel(submit(1))).toBe(false);
});
