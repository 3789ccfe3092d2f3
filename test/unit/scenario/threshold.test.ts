/** The language of thresholds: what it means, and where it points when it means nothing. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  holds,
  isAbout,
  type KnownWords,
  parseThreshold,
  ThresholdError,
} from "../../../src/scenario/threshold.ts";

const WORDS: KnownWords = {
  metrics: [
    "submitRowsPerS",
    "submitMs",
    "peakRssBytes",
    "cpuS",
    "polls",
    "wakeMsP50",
    "wakeMsP99",
    "endToEndMs",
  ],
  parameters: ["strategy", "dagSize"],
};

function problemOf(text: string, words: KnownWords = WORDS): string {
  try {
    parseThreshold(text, words);
  } catch (error) {
    expect(error).toBeInstanceOf(ThresholdError);
    return error instanceof Error ? error.message.replace("threshold: ", "") : "";
  }
  throw new Error("it was accepted");
}

describe("a threshold", () => {
  test.each([
    ["submitRowsPerS > 200000", "submitRowsPerS", null, ">", 200_000],
    ["submitRows>200k", "submitRowsPerS", null, ">", 200_000],
    ["submitRowsPerS >= 0.2M/s", "submitRowsPerS", null, ">=", 200_000],
    ["peakRss < 300MB", "peakRssBytes", null, "<", 300e6],
    ["peakRss <= 300 MiB", "peakRssBytes", null, "<=", 300 * 2 ** 20],
    ["submitMs < 1.5s", "submitMs", null, "<", 1500],
    ["submitMs < 500us", "submitMs", null, "<", 0.5],
    ["cpu < 2000ms", "cpuS", null, "<", 2],
    ["polls < 1e3", "polls", null, "<", 1000],
    ["wakeMs p(99) < 50ms", "wakeMs", 99, "<", 50],
    ["wake p(99.9)<50", "wakeMs", 99.9, "<", 50],
    ["p(99) < 50ms", "wakeMs", 99, "<", 50],
    ["  wakeMsP99  <  2 ", "wakeMsP99", null, "<", 2],
  ])("%s is understood", (text, metric, percentile, operator, limit) => {
    expect(parseThreshold(text, WORDS)).toMatchObject({
      conditions: [],
      metric,
      percentile,
      operator,
      limit,
    });
  });

  test.each([
    ["p(99) < 50ms", "wakeMs p(99) < 50ms"],
    ["p(99)<50ms", "wakeMs p(99) <50ms"],
    ["[dagSize>=1e5] peakRss < 300MB", "[dagSize>=1e5] peakRssBytes < 300MB"],
  ])("%s gets its whole name: %s", (text, whole) => {
    const read = parseThreshold(text, WORDS);
    expect(read.text).toBe(whole);
    expect(parseThreshold(read.text, WORDS)).toEqual(read);
  });

  test("takes the latency that answers the scenario's question when there are several", () => {
    const metrics = ["latencyMsP50", "latencyMsP99", "sentLatencyMsP99"];
    const words = { metrics, headline: "latencyMsP99" };
    expect(parseThreshold("p(50) < 1", words).metric).toBe("latencyMs");
    expect(problemOf("p(50) < 1", { metrics })).toBe(
      "a percentile of which latency? Write one of latencyMs, sentLatencyMs before it.\n  p(50) < 1\n  ^",
    );
  });

  test("is about the cells that its pattern matches", () => {
    const { conditions } = parseThreshold("[strategy=appender, dagSize>=100k] submitMs < 5", WORDS);
    expect(conditions).toEqual([
      { parameter: "strategy", comparison: "=", value: "appender" },
      { parameter: "dagSize", comparison: ">=", value: 100_000 },
    ]);
    const about = (pattern: string, parameters: Record<string, string | number>) =>
      isAbout(parseThreshold(`${pattern} submitMs < 5`, WORDS), parameters);
    expect(about("", {})).toBe(true);
    expect(about("[strategy=temp-table]", { strategy: "temp-table" })).toBe(true);
    expect(about("[strategy=temp-table]", { strategy: "row" })).toBe(false);
    expect(about("[strategy!=row]", { strategy: "row" })).toBe(false);
    expect(about("[strategy!=row]", { dagSize: 10 })).toBe(false);
    expect(about("[dagSize=1e3]", { dagSize: 1000 })).toBe(true);
    expect(about("[dagSize>1k]", { dagSize: 1000 })).toBe(false);
    expect(about("[dagSize>1]", { dagSize: "large" })).toBe(false);
  });

  test("compares", () => {
    expect([holds(1, "<", 1), holds(1, "<=", 1), holds(1, ">", 1), holds(1, ">=", 1)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});

describe("an error points at the character", () => {
  test.each([
    [
      "submitRow > 5",
      'unknown metric "submitRow"; did you mean "submitRows"? Known are submitRowsPerS,',
      0,
    ],
    ["submitMs is 5", "needs one of < <= > >= here.", 9],
    ["submitMs < fast", "needs a number here.", 11],
    ["submitMs < 5MB", 'submitMs is a time in ms, which has no unit "MB".', 12],
    ["peakRss < 5ms", 'peakRssBytes is a size in bytes, which has no unit "ms".', 11],
    ["submitMs < 5 ms or so", "nothing may follow the amount.", 16],
    ["wakeMs p(999) < 5", "a percentile is at most 100.", 7],
    ["wakeMs p(x) < 5", "a percentile is written p(99) or p(99.9), from 0 to 100.", 7],
    ["submitMs p(99) < 5", 'unknown latency "submitMs". Known are wakeMs.', 0],
    ["wake < 5", 'unknown metric "wake"', 0],
    ["[size=5] submitMs < 5", 'unknown parameter "size"', 1],
    ["[strategy=row submitMs < 5", "needs a comma or the closing ] here.", 26],
    ["[strategy=] submitMs < 5", "needs a value here.", 10],
    ["[strategy] submitMs < 5", "needs one of = != < <= > >= here.", 9],
    ["", "needs a metric, or p(99) here.", 0],
  ])("%s", (text, problem, at) => {
    const [first = "", shown, caret] = problemOf(text).split("\n");
    expect(first).toContain(problem);
    expect(shown).toBe(`  ${text}`);
    expect(caret).toBe(`  ${" ".repeat(at)}^`);
  });

  test("an ambiguous short name is refused with the names that it can be", () => {
    expect(problemOf("cpu < 1", { metrics: ["cpuS", "cpuMs"] })).toBe(
      '"cpu" can be cpuS or cpuMs. Write the whole name.\n  cpu < 1\n  ^',
    );
  });

  test("any text is understood or refused, never anything else", () => {
    const pieces = fc.constantFrom(
      "[",
      "]",
      "p(99)",
      "<",
      ">=",
      "5",
      "ms",
      " ",
      "submitMs",
      "é",
      "=",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join("")),
        ),
        (text) => {
          try {
            const read = parseThreshold(text, WORDS);
            expect(parseThreshold(read.text, WORDS)).toMatchObject({ limit: read.limit });
          } catch (error) {
            expect(error).toBeInstanceOf(ThresholdError);
          }
        },
      ),
    );
  });
});
