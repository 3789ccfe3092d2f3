/** The metrics of a comparison as rows of text, before anything decides how a table is drawn. */
import type { Comparison, ComparisonCell, MetricComparison } from "../../results/comparison.ts";
import { metricOf } from "../../results/metric.ts";
import { slowdownText } from "../../results/phrases.ts";
import { formatMetric } from "../format-number.ts";
import { parameterLabel, parameterText } from "../parameters.ts";
import { printable } from "../printable.ts";

/** One metric of one cell. */
export interface ComparisonRow {
  readonly cell: string;
  readonly metric: string;
  readonly role: MetricComparison["role"];
  readonly verdict: MetricComparison["verdict"];
  /** A text for each of {@link COLUMNS} after the first two. */
  readonly texts: readonly string[];
}

/** Headings of the columns. */
export const COLUMNS = [
  "cell",
  "metric",
  "base",
  "head",
  "change",
  "95 % interval",
  "pairs",
  "verdict",
  "could have seen",
] as const;

/** Gated metrics and counters first, then those that are only reported. */
export function comparisonRows({ cells }: Comparison): readonly ComparisonRow[] {
  const rows = cells.flatMap((cell) =>
    cell.metrics.map((metric) => ({
      cell: comparisonCellText(cell),
      metric: metric.metric,
      role: metric.role,
      verdict: metric.verdict,
      texts: textsOf(metric),
    })),
  );
  const judged = rows.filter(({ role }) => role !== "reported");
  return [...judged, ...rows.filter(({ role }) => role === "reported")];
}

/** `submit, DAG size 10,000, strategy appender` */
function comparisonCellText({ scenario, parameters }: ComparisonCell): string {
  const settings = Object.entries(parameters).map(
    ([name, value]) => `${parameterLabel(name)} ${parameterText(name, value)}`,
  );
  return printable([scenario, ...settings].join(", "));
}

function textsOf(metric: MetricComparison): readonly string[] {
  const { unit } = metricOf(metric.metric);
  const { interval, smallestVisibleRatio } = metric;
  return [
    formatMetric(metric.base, unit),
    formatMetric(metric.head, unit),
    metric.ratio === null ? "" : changeText(metric.ratio),
    interval === null ? "" : `${changeText(interval.low)} … ${changeText(interval.high)}`,
    String(metric.pairs),
    metric.verdict === "reported" ? "" : metric.verdict,
    smallestVisibleRatio === null ? "" : changeText(smallestVisibleRatio),
  ];
}

/** `+12 %` is worse, `−10 %` is better; within a twentieth of a percent it is `0 %`. */
function changeText(ratio: number): string {
  const [amount = "", percent = "", direction] = slowdownText(ratio).split(" ");
  if (direction === undefined) return "0 %";
  return `${direction === "worse" ? "+" : "−"}${amount} ${percent}`;
}
