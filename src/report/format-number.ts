/**
 * How numbers read in every report: three significant digits, thousands separators, SI units.
 *
 * More digits than the measurement carries would claim a precision that it has not; exact counts
 * (jobs, rows, parameters) are the exception and keep all of theirs. The output is always English,
 * so that two machines print the same text for the same result.
 */
import type { Metric } from "../results/metric.ts";

const SIGNIFICANT_DIGITS = 3;

/** Below this share of the median, uneven sides of an interval are not worth the reader's time. */
const LOPSIDED_FROM = 0.02;

const exactFormat = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const roundedFormat = new Intl.NumberFormat("en-US", {
  maximumSignificantDigits: SIGNIFICANT_DIGITS,
});

/** Rounds to three significant digits: `812345` → `812000`, `0.0123456` → `0.0123`. */
function rounded(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(SIGNIFICANT_DIGITS));
}

/** Three significant digits with thousands separators: `812345` → `812,000`, `2.34567` → `2.35`. */
export function formatNumber(value: number): string {
  return Number.isFinite(value) ? roundedFormat.format(value) : String(value);
}

/** Every digit of a whole number, with thousands separators: `123456` → `123,456`. */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? exactFormat.format(value) : String(value);
}

/** Picks the largest step that the rounded value reaches, so that 999.9 kB reads as `1 MB`. */
function withUnit(value: number, steps: readonly (readonly [number, string])[]): string {
  if (!Number.isFinite(value)) return String(value);
  const size = rounded(Math.abs(value));
  const [factor, unit] = steps.find(([step]) => size >= step) ?? steps.at(-1) ?? [1, ""];
  return `${formatNumber(value / factor)}${unit}`;
}

/** SI bytes: `1234567` → `1.23 MB`. */
export function formatBytes(sizeBytes: number): string {
  return withUnit(sizeBytes, [
    [1e12, " TB"],
    [1e9, " GB"],
    [1e6, " MB"],
    [1e3, " kB"],
    [1, " B"],
  ]);
}

/** A duration in the unit that keeps it short: `0.0123` → `12.3 µs`, `45.6` → `45.6 ms`, `1234` → `1.23 s`. */
export function formatMs(durationMs: number): string {
  if (durationMs === 0) return "0 ms";
  return withUnit(durationMs, [
    [1e3, " s"],
    [1, " ms"],
    [1e-3, " µs"],
  ]);
}

/** A short form for axes and narrow places: `812345` → `812k`, `1234567` → `1.23M`. */
export function formatShort(value: number): string {
  return withUnit(value, [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
    [1, ""],
  ]);
}

/** How many times: `1.034` → `1.03x`, `2.41` → `2.4x`, `42.3` → `42x`, `1234` → `1,230x`. */
export function formatRatio(ratio: number): string {
  if (!Number.isFinite(ratio)) return `${ratio}x`;
  if (ratio >= 100) return `${formatNumber(ratio)}x`;
  // The thresholds are those of the rounded value: 9.96 is `10x`, not `10.0x`.
  if (ratio >= 9.95) return `${ratio.toFixed(0)}x`;
  return `${ratio.toFixed(ratio >= 1.995 ? 1 : 2)}x`;
}

/** A share: `0.02134` → `2.1 %`, `0.153` → `15 %`, `0.0004` → `0.04 %`. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  return `${Number(percent.toPrecision(2))} %`;
}

/** One value of a metric with its unit, as its table says it: rates and counts, bytes, durations. */
export function formatMetric(value: number, unit: Metric["unit"]): string {
  switch (unit) {
    case "bytes":
      return formatBytes(value);
    case "ms":
      return formatMs(value);
    case "s":
      return formatMs(value * 1000);
    case "rows/s":
    case "jobs/s":
    case "items/s":
    case "attempts/s":
      return `${formatNumber(value)} ${unit}`;
    case "jobs":
    case "edges":
      return `${formatCount(value)} ${unit}`;
    case "ratio":
      return formatRatio(value);
    case "%":
      return `${formatNumber(value)} %`;
    case "count":
      return Number.isInteger(value) ? formatCount(value) : formatNumber(value);
  }
}

/** How values of a unit read where the unit of a rate or a count stands beside them, as on an axis. */
export function shortFormat(unit: Metric["unit"]): (value: number) => string {
  switch (unit) {
    case "ms":
    case "s":
    case "bytes":
    case "ratio":
    case "%":
      return (value) => formatMetric(value, unit);
    default:
      return formatShort;
  }
}

/**
 * The interval around a median, as short as is honest: `±2.1 %` when the two sides are about the
 * same (the wider one is told), `[701k, 840k]` when they are not, and nothing when there is no
 * interval (below 6 trials).
 */
export function formatInterval(
  median: number,
  low: number | null,
  high: number | null,
  format: (value: number) => string = formatShort,
): string {
  if (low === null || high === null) return "";
  const below = median - low;
  const above = high - median;
  const wider = Math.max(below, above);
  const lopsided = wider > 2 * Math.min(below, above) && wider > LOPSIDED_FROM * Math.abs(median);
  return median <= 0 || lopsided
    ? `[${format(low)}, ${format(high)}]`
    : `±${formatPercent(wider / median)}`;
}
