import { describe, expect, test } from "vitest";
import {
  formatBytes,
  formatCount,
  formatInterval,
  formatMetric,
  formatMs,
  formatNumber,
  formatPercent,
  formatRatio,
  formatShort,
} from "../../../src/report/format-number.ts";

describe("numbers", () => {
  test.each([
    [0, "0"],
    [812_345, "812,000"],
    [1_234_567, "1,230,000"],
    [999.9, "1,000"],
    [2.34567, "2.35"],
    [0.0123456, "0.0123"],
    [-1234, "-1,230"],
    [Number.POSITIVE_INFINITY, "Infinity"],
  ])("%d keeps three significant digits as %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test("counts keep every digit", () => {
    expect([0, 123, 123_456, 1_000_000].map(formatCount)).toEqual([
      "0",
      "123",
      "123,456",
      "1,000,000",
    ]);
  });

  test("the short form steps at the rounded value", () => {
    expect([0, 7, 999, 999.6, 812_345, 999_900, 1_234_567, 2e9].map(formatShort)).toEqual([
      "0",
      "7",
      "999",
      "1k",
      "812k",
      "1M",
      "1.23M",
      "2G",
    ]);
  });
});

describe("units", () => {
  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [999_900, "1 MB"],
    [148_912_000, "149 MB"],
    [25_200_000_000, "25.2 GB"],
    [3.2e12, "3.2 TB"],
  ])("%d bytes read as %s", (sizeBytes, text) => {
    expect(formatBytes(sizeBytes)).toBe(text);
  });

  test.each([
    [0, "0 ms"],
    [0.0123, "12.3 µs"],
    [0.9996, "1 ms"],
    [45.64, "45.6 ms"],
    [308, "308 ms"],
    [999.7, "1 s"],
    [1234, "1.23 s"],
    [108_000, "108 s"],
  ])("%d milliseconds read as %s", (durationMs, text) => {
    expect(formatMs(durationMs)).toBe(text);
  });

  test("each metric carries the unit of its name", () => {
    expect([
      formatMetric(812_345, "rows/s"),
      formatMetric(61_250, "jobs/s"),
      formatMetric(100_000, "jobs"),
      formatMetric(149_998, "edges"),
      formatMetric(1234, "ms"),
      formatMetric(0.25, "s"),
      formatMetric(2048, "bytes"),
      formatMetric(1007, "count"),
      formatMetric(3.5, "count"),
      formatMetric(1.034, "ratio"),
      formatMetric(0.0914, "%"),
    ]).toEqual([
      "812,000 rows/s",
      "61,300 jobs/s",
      "100,000 jobs",
      "149,998 edges",
      "1.23 s",
      "250 ms",
      "2.05 kB",
      "1,007",
      "3.5",
      "1.03x",
      "0.0914 %",
    ]);
  });
});

describe("comparisons", () => {
  test.each([
    [1, "1.00x"],
    [1.034, "1.03x"],
    [1.996, "2.0x"],
    [2.41, "2.4x"],
    [9.96, "10x"],
    [42.3, "42x"],
    [1234, "1,230x"],
  ])("a ratio of %d reads as %s", (ratio, text) => {
    expect(formatRatio(ratio)).toBe(text);
  });

  test("shares have two significant digits", () => {
    expect([0.02134, 0.153, 0.0004, 1.5].map(formatPercent)).toEqual([
      "2.1 %",
      "15 %",
      "0.04 %",
      "150 %",
    ]);
  });

  test("an even interval is told by its wider side", () => {
    expect(formatInterval(1000, 980, 1025)).toBe("±2.5 %");
  });

  test("a lopsided interval is told by both ends", () => {
    expect(formatInterval(800_000, 600_000, 820_000)).toBe("[600k, 820k]");
  });

  test("a lopsided interval within 2 % of the median is still told by its wider side", () => {
    expect(formatInterval(1000, 999, 1015)).toBe("±1.5 %");
  });

  test("there is no interval without both ends, and none around equal trials", () => {
    expect(formatInterval(1000, null, null)).toBe("");
    expect(formatInterval(1000, 1000, 1000)).toBe("±0 %");
    expect(formatInterval(0, 0, 12)).toBe("[0, 12]");
  });
});
