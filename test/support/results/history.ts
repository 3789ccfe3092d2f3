/** Saved runs over three weeks, one a day: what `bench history` reads. */
import type { Result } from "../../../src/results/result.ts";
import { buildResult, okCell } from "./build-result.ts";

/** A run on that day of March; `rates` are rows per second by strategy. */
export function runOfDay(day: number, rates: Readonly<Record<string, number>>): Result {
  const date = `2025-03-${String(day).padStart(2, "0")}`;
  const cells = Object.entries(rates).map(([strategy, submitRowsPerS]) =>
    okCell({
      parameters: { shape: "random", dagSize: 1000, strategy },
      metrics: { submitRowsPerS, peakRssBytes: 200_000_000 },
    }),
  );
  return buildResult(cells, {
    id: `${date.replaceAll("-", "")}-120000-${day.toString(16).padStart(4, "0")}`,
    startedAt: `${date}T12:00:00.000Z`,
    finishedAt: `${date}T12:01:00.000Z`,
  });
}

/** Twenty runs: from the eleventh on the appender takes 20 % less, and unnest is what it was. */
export function steppedRuns(): readonly Result[] {
  return Array.from({ length: 20 }, (_, place) => {
    // A wobble of 1 %, which is no change.
    const wobble = 1 + 0.01 * Math.sin(place * 7);
    return runOfDay(place + 1, {
      appender: wobble * (place < 10 ? 800_000 : 640_000),
      unnest: wobble * 400_000,
    });
  });
}
