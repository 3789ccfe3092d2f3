import { describe, expect, test } from "vitest";
import { type Finding, findingSchema } from "../../../src/results/finding.ts";
import { findingsOf } from "../../../src/results/findings.ts";
import type { Cell, ParameterValue, Trial } from "../../../src/results/result.ts";
import { summarizeTrials } from "../../../src/results/summarize.ts";
import { censoredCell, emptyCell } from "../../support/results/build-result.ts";
import { defaultRun } from "../../support/results/fixtures.ts";
import { noise } from "../../support/stats/noise.ts";

/** Eight trials as a quiet machine gives them: within 3 % of 100, in no order. */
const QUIET = [100, 98.5, 101.5, 97, 103, 99.5, 102, 99];

interface Trials {
  readonly scenario?: string;
  readonly metric?: string;
  /** Place of the first trial in the run, and steps between trials. */
  readonly from?: number;
  readonly step?: number;
}

/** An `ok` cell with one trial for each value of its main metric. */
function cellOf(
  parameters: Record<string, ParameterValue>,
  values: readonly number[],
  { scenario = "submit", metric = "submitRowsPerS", from = 0, step = 1 }: Trials = {},
): Cell {
  const trials = values.map((value, place) => trial(from + place * step, { [metric]: value }));
  return { scenario, parameters, status: "ok", trials, summary: summarizeTrials(trials) };
}

function trial(order: number, metrics: Record<string, number>): Trial {
  return {
    order,
    metrics,
    checks: null,
    environment: { cpuPressurePct: 3, stealPct: 0, involuntarySwitches: 4 },
  };
}

/** The only finding of a kind; anything else fails the test. */
function only(kind: Finding["kind"], cells: readonly Cell[]): Finding {
  const [finding, ...more] = findingsOf(cells).filter((found) => found.kind === kind);
  expect(more).toEqual([]);
  if (finding === undefined) throw new Error(`no finding of the kind ${kind}`);
  return finding;
}

const kindsOf = (cells: readonly Cell[]): string[] => findingsOf(cells).map(({ kind }) => kind);

test("a quiet run of one cell has nothing to report", () => {
  expect(findingsOf([cellOf({ dagSize: 1000 }, QUIET)])).toEqual([]);
  expect(findingsOf([])).toEqual([]);
});

test("the usual run has findings that fit the contract, what is missing first", () => {
  const findings = findingsOf(defaultRun().cells);
  for (const finding of findings) expect(findingSchema.parse(finding)).toEqual(finding);
  expect(findings[0]?.kind).toBe("censored");
  expect(findings.at(-1)?.kind).toBe("winner");
});

describe("what is missing", () => {
  test("a failed cell tells its reason", () => {
    const cell = emptyCell("failed", { strategy: "row" }, "the trial ran out of memory");
    expect(findingsOf([cell])).toEqual([
      {
        kind: "failed-cell",
        scenario: "submit",
        cell: { strategy: "row" },
        evidence: "the trial ran out of memory",
        values: { trials: 0 },
        advice: "the other cells stand; run this one alone to see whether it fails again",
      },
    ]);
  });

  test("a cut cell tells the limit and how far it came", () => {
    expect(findingsOf([censoredCell({ strategy: "row" }, 123_456)])).toEqual([
      {
        kind: "censored",
        scenario: "submit",
        cell: { strategy: "row" },
        evidence: "cut at 30 s with 123,456 rows done",
        values: { limitMs: 30_000, rowsDone: 123_456, cutTrials: 1, trials: 1 },
        advice: "raise --max-trial-time to see it finish, or give it less work",
      },
    ]);
  });

  test("a cell of which some trials were cut is told too: the rest are the lucky ones", () => {
    const cell = cellOf({ strategy: "row" }, QUIET);
    const cut = { ...trial(8, {}), censored: { limitMs: 2500, rowsDone: 1 } };
    const found = only("censored", [{ ...cell, trials: [...cell.trials, cut] }]);
    expect(found.evidence).toBe("cut at 2.5 s with 1 row done in 1 of 9 trials");
  });

  test("skipped cells are one finding for each scenario, with their reasons", () => {
    const skipped = [1, 2].map((chunkSize) =>
      emptyCell("skipped", { chunkSize }, "budget used up"),
    );
    const found = only("skipped-cells", [cellOf({}, QUIET), ...skipped]);
    expect(found.evidence).toBe("2 of 3 cells not measured: budget used up");
    expect(found.values).toEqual({ skippedCells: 2, cells: 3 });
  });
});

describe("a noisy machine", () => {
  const disturbed = (
    cpuPressurePct: number | null,
    stealPct: number | null,
    others: { readonly othersCpuPct?: number } = {},
  ): Cell => {
    const cell = cellOf({}, QUIET);
    const environment = { cpuPressurePct, stealPct, involuntarySwitches: 900, ...others };
    return {
      ...cell,
      trials: cell.trials.map((each, place) => (place < 2 ? { ...each, environment } : each)),
    };
  };

  test("is told with the number of trials and the worst of them", () => {
    const found = only("noisy-host", [disturbed(64.2, 0.5)]);
    expect(found.evidence).toBe(
      "2 of 8 trials ran on a disturbed machine: CPU pressure up to 64 %, stolen time up to 0.5 % of a core",
    );
    expect(found.values).toEqual({
      noisyTrials: 2,
      trials: 8,
      cpuPressureMaxPct: 64.2,
      stealMaxPct: 0.5,
    });
  });

  test("is told with what others used of it", () => {
    const found = only("noisy-host", [disturbed(64.2, 0, { othersCpuPct: 80 })]);
    expect(found.evidence).toBe(
      "2 of 8 trials ran on a disturbed machine: CPU pressure up to 64 %, others used up to 80 % of a core, stolen time up to 0 % of a core",
    );
    expect(found.values).toMatchObject({ othersMaxPct: 80 });
  });

  test("is not one whose pressure is the trial's own, nor one with a neighbour and room for both", () => {
    expect(findingsOf([disturbed(64.2, 0, { othersCpuPct: 5 })])).toEqual([]);
    expect(findingsOf([disturbed(3, 0, { othersCpuPct: 80 })])).toEqual([]);
  });

  test("is one whose hypervisor takes its time", () => {
    expect(only("noisy-host", [disturbed(0, 12)]).values).toMatchObject({ stealMaxPct: 12 });
  });

  test("is not one that tells nothing", () => {
    expect(findingsOf([disturbed(null, null)])).toEqual([]);
  });
});

describe("the trials", () => {
  test("are too few below six, in one finding for the scenario", () => {
    const cells = [
      cellOf({ dagSize: 10 }, [100, 101]),
      cellOf({ dagSize: 20 }, [100]),
      cellOf({ dagSize: 30 }, QUIET),
    ];
    const found = only("too-few-trials", cells);
    expect(found.evidence).toBe(
      "2 of 3 cells have fewer than 6 trials (the fewest: 1), which is too few for an interval",
    );
    expect(found.values).toEqual({ smallCells: 2, cells: 3, fewestTrials: 1 });
  });

  test("began slowly when the first is far worse than the rest", () => {
    const found = only("slow-first-trial", [cellOf({}, [50, ...QUIET])]);
    expect(found.evidence).toBe("the first trial is 0.501x the median of the 8 after it");
    expect(kindsOf([cellOf({}, [50, ...QUIET])])).toEqual(["slow-first-trial"]);
    const times = { metric: "submitMs" };
    const slow = only("slow-first-trial", [cellOf({}, [200, ...QUIET], times)]);
    expect(slow.values).toEqual({ firstToRestRatio: 200 / 99.75, trials: 9 });
  });

  test("did not begin slowly when the first is far better", () => {
    expect(kindsOf([cellOf({}, [200, ...QUIET])])).toEqual(["outliers"]);
  });

  test("have outliers when some are far from the rest in either direction", () => {
    const found = only("outliers", [cellOf({}, [...QUIET, 30, ...QUIET, 140])]);
    expect(found.evidence).toMatch(
      /^2 of 18 trials far from the median 99\.8; the farthest: 30 rows\/s, \d+(\.\d+)? robust standard deviations away$/,
    );
    expect(found.values).toMatchObject({ outliers: 2, trials: 18, farthest: 30 });
  });

  test("drift when all cells get worse together, though each has few trials", () => {
    const cells = Array.from({ length: 10 }, (_, cell) => {
      const values = [0, 1, 2].map((block) => (1000 + 100 * cell) * (1 - 0.1 * block));
      return cellOf({ chunkSize: cell }, values, { from: cell, step: 10 });
    });
    const found = only("drift", cells);
    expect(found.evidence).toMatch(/^over 30 trials it fell by \d+ % \(p < 0\.0001\)$/);
    expect(found.values?.["relativeChange"]).toBeLessThan(-0.15);
  });

  test("change their spread when the second half scatters more", () => {
    const { normal } = noise(3);
    const values = Array.from(
      { length: 40 },
      (_, i) => 100 * (1 + (i < 20 ? 0.01 : 0.1) * normal()),
    );
    const found = only("spread-changed", [cellOf({}, values)]);
    expect(found.values?.["spreadRatio"]).toBeGreaterThan(4);
  });

  test("that were cut are judged by nobody", () => {
    const cell = cellOf({}, [...QUIET, 1]);
    const trials = cell.trials.map((each) =>
      each.metrics["submitRowsPerS"] === 1
        ? { ...each, censored: { limitMs: 1000, rowsDone: 3 } }
        : each,
    );
    expect(kindsOf([{ ...cell, trials, summary: summarizeTrials(trials) }])).toEqual(["censored"]);
  });

  test("of an ordinary noisy machine rarely raise an alarm", () => {
    const { normal } = noise(5);
    const runs = 60;
    const cellsPerRun = 17;
    const alarms = Array.from({ length: runs }, () => {
      const cells = Array.from({ length: cellsPerRun }, (_, chunkSize) =>
        cellOf(
          { chunkSize, dagSize: chunkSize },
          Array.from({ length: 8 }, () => 1000 * Math.exp(0.05 * normal())),
          { from: chunkSize, step: cellsPerRun },
        ),
      );
      return findingsOf(cells);
    }).flat();
    // A cell may be accused of an outlier or of a slow start about once in a hundred, a run of a drift as rarely.
    const accused = alarms.filter(({ kind }) => kind === "outliers" || kind === "slow-first-trial");
    expect(accused.length / (runs * cellsPerRun)).toBeLessThan(0.03);
    const moved = alarms.filter(({ kind }) => kind === "drift" || kind === "spread-changed");
    expect(moved.length / runs).toBeLessThan(0.06);
  });
});

describe("saturation", () => {
  const sized = (rates: readonly (readonly [number, number])[]): Cell[] =>
    rates.map(([workers, rate]) =>
      cellOf(
        { dagSize: 1000, workers },
        QUIET.map((value) => (value * rate) / 100),
        { scenario: "drain", metric: "drainJobsPerS" },
      ),
    );

  test("is where more gains less than a tenth", () => {
    const found = only(
      "saturation",
      sized([
        [1, 1000],
        [2, 1900],
        [4, 2000],
        [8, 1950],
      ]),
    );
    expect(found.cell).toEqual({ dagSize: 1000, workers: 2 });
    expect(found.evidence).toBe(
      "more than --workers 2 gains nothing: 1,900 jobs/s there, at most 1.05x of it up to --workers 8",
    );
  });

  test("is not reached while it grows", () => {
    expect(
      kindsOf(
        sized([
          [1, 1000],
          [2, 1900],
          [4, 3600],
        ]),
      ),
    ).toEqual(["winner"]);
  });

  test("of parameters that move together is told once", () => {
    const cells = [100, 1000, 5000].map((claimBatch) =>
      cellOf({ dagSize: 1000, claimBatch, concurrency: claimBatch }, QUIET, {
        scenario: "drain",
        metric: "drainJobsPerS",
      }),
    );
    expect(only("saturation", cells).values).toMatchObject({ knob: 100, lastKnob: 5000 });
  });
});

describe("the winner", () => {
  const strategy = (name: string, rate: number, work: Record<string, ParameterValue>): Cell =>
    cellOf(
      { ...work, strategy: name },
      QUIET.map((value) => (value * rate) / 100),
    );

  test("is named for each work with its lead over the next", () => {
    const cells = [1000, 10_000].flatMap((dagSize) => [
      strategy("row", 100, { dagSize }),
      strategy("unnest", dagSize, { dagSize }),
      strategy("appender", 5000, { dagSize }),
    ]);
    const winners = findingsOf(cells).filter(({ kind }) => kind === "winner");
    expect(winners.map(({ cell }) => cell)).toEqual([
      { dagSize: 1000, strategy: "appender" },
      { dagSize: 10_000, strategy: "unnest" },
    ]);
    expect(winners[0]?.evidence).toMatch(
      /^the fastest of 3 cells: 4,990 rows\/s, 5x the next, --strategy unnest \(95 % interval 4\.\d+x to 5\.\d+x\)$/,
    );
    expect(winners[0]?.advice).toBe("use --strategy appender for this work");
  });

  test("shares its place with those that cannot be told apart", () => {
    const cells = [
      strategy("appender", 1000, { dagSize: 5 }),
      strategy("unnest", 999, { dagSize: 5 }),
      strategy("row", 10, { dagSize: 5 }),
    ];
    const found = only("winner", cells);
    expect(found.evidence).toMatch(/; not told apart from --strategy unnest$/);
    expect(found.values).toMatchObject({ cells: 3, rivals: 1 });
    expect(found.advice).toBe("take the simplest of them, or add --trials to tell them apart");
  });

  test("of single trials leads only those that are plainly slower", () => {
    const one = (name: string, rate: number): Cell =>
      cellOf({ dagSize: 5, strategy: name }, [rate]);
    const found = only("winner", [one("row", 10), one("unnest", 960), one("appender", 1000)]);
    expect(found.evidence).toBe(
      "the fastest of 3 cells: 1,000 rows/s, 1.04x the next, --strategy unnest (too few trials for an interval); not told apart from --strategy unnest",
    );
    const clear = only("winner", [one("row", 10), one("appender", 1000)]);
    expect(clear.advice).toBe(
      "use --strategy appender; raise --budget or --trials to know by how much",
    );
  });

  test("never races cells of another work, nor cells that did not finish", () => {
    const cells = [
      strategy("appender", 100, { shape: "chain", dagSize: 5 }),
      strategy("appender", 200, { shape: "random", dagSize: 5 }),
      censoredCell({ shape: "random", dagSize: 5, strategy: "row" }, 3),
    ];
    expect(kindsOf(cells)).toEqual(["censored"]);
  });

  test("of a drain is the one that drains fastest, whatever its submit took", () => {
    const cell = (claimBatch: number, submitRowsPerS: number, drainJobsPerS: number): Cell => {
      const trials = QUIET.map((value, order) =>
        trial(order, {
          submitRowsPerS: value * submitRowsPerS,
          drainJobsPerS: value * drainJobsPerS,
        }),
      );
      const parameters = { dagSize: 5, claimBatch };
      return {
        scenario: "drain",
        parameters,
        status: "ok",
        trials,
        summary: summarizeTrials(trials),
      };
    };
    const found = only("winner", [cell(1, 900, 1), cell(2, 100, 2)]);
    expect([found.metric, found.cell]).toEqual(["drainJobsPerS", { dagSize: 5, claimBatch: 2 }]);
  });

  test("of times is the shortest", () => {
    const wake = (pollInterval: number): Cell =>
      cellOf(
        { pollInterval },
        QUIET.map((value) => value * pollInterval),
        { scenario: "wake-latency", metric: "wakeMsP50" },
      );
    const found = only("winner", [wake(100), wake(10), wake(1000)]);
    expect([found.metric, found.cell]).toEqual(["wakeMsP50", { pollInterval: 10 }]);
    expect(found.values?.["leadRatio"]).toBeCloseTo(10, 10);
  });
});

describe("scaling", () => {
  /** The time of each job grows with `power - 1`; rates scatter by a few percent. */
  const grown = (strategy: string, power: number, sizes = [100, 1000, 10_000, 100_000]): Cell[] =>
    sizes.map((dagSize) =>
      cellOf(
        { dagSize, strategy },
        QUIET.map((value) => value * 10 * dagSize ** (1 - power)),
      ),
    );

  test("is the power of the fastest curve with its interval, and of each steep one", () => {
    const cells = [...grown("appender", 1), ...grown("unnest", 1.01), ...grown("row", 1.5)];
    const found = findingsOf(cells).filter(({ kind }) => kind === "scaling");
    expect(found.map(({ evidence }) => evidence)).toEqual([
      expect.stringMatching(
        /^with --strategy appender the time grows with --dag-size to the power 1 \(95 % interval 0\.99\d to 1\) over 4 sizes from 100 to 100,000$/,
      ),
      expect.stringMatching(/^with --strategy row the time grows .* to the power 1\.5 /),
    ]);
    expect(found.map(({ advice }) => advice)).toEqual([
      "twice the work takes about twice the time",
      "each job costs more in large work: split it, or choose another setting",
    ]);
    expect(found[1]?.values?.["exponent"]).toBeCloseTo(1.5, 10);
  });

  test("tells where the power changes", () => {
    const cells = [100, 1000, 10_000, 100_000].map((dagSize) =>
      cellOf(
        { dagSize },
        QUIET.map((value) => (value * 10) / Math.max(1, (dagSize / 1000) ** 0.8)),
      ),
    );
    expect(only("scaling", cells).evidence).toMatch(
      /; it bends at 1,000: [\d.]+ below, 1\.8 above$/,
    );
  });

  test("needs three sizes", () => {
    expect(kindsOf(grown("row", 2, [100, 1000]))).not.toContain("scaling");
  });
});

test("wrong rows are a finding of their own, in place of the failed cell", () => {
  const [first, ...rest] = cellOf({ dagSize: 5 }, [10, 10]).trials;
  const checks = {
    jobs: 5,
    edges: 4,
    doneOnce: false,
    ordered: true,
    checksum: "0",
    violations: ["job 3 is done twice"],
  };
  const cell = { ...cellOf({ dagSize: 5 }, [10, 10]), status: "failed" as const, reason: "wrong" };
  const trials = first === undefined ? [] : [{ ...first, checks }, ...rest];
  const found = only("wrong-answer", [{ ...cell, trials }]);
  expect(found.evidence).toBe("1 of 2 trials left wrong rows: job 3 is done twice");
  expect(kindsOf([{ ...cell, trials }])).not.toContain("failed-cell");
});
