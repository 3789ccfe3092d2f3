/**
 * Thresholds as text: `submitRowsPerS > 200k`, `wakeMs p(99) < 50ms`, `[strategy=appender] peakRss < 300MB`.
 *
 *     threshold = [ "[" condition { "," condition } "]" ] figure operator amount
 *     condition = parameter ( "=" | "!=" | operator ) value
 *     figure    = metric | [ latency ] "p(" percentile ")"
 *     operator  = "<" | "<=" | ">" | ">="
 *     amount    = number [ unit ]
 *
 * A metric may leave its unit out (`peakRss` for `peakRssBytes`) where only one metric can be meant, and
 * a percentile its latency where the scenario has one. An amount without a unit is in the metric's own.
 */
import { findMetric, type KnownWords } from "./threshold-metric.ts";
import { type Comparison, type Operator, ThresholdReader } from "./threshold-reader.ts";
import { amountIn } from "./threshold-unit.ts";

export type { KnownWords } from "./threshold-metric.ts";
export { ThresholdError } from "./threshold-reader.ts";

/** Which cells a threshold is about: those whose parameter compares so. */
interface Condition {
  readonly parameter: string;
  readonly comparison: Comparison;
  readonly value: number | string;
}

/** A threshold, understood. */
export interface Threshold {
  /** As typed, but with the metric's whole name: it can be read again without knowing the scenario. */
  readonly text: string;
  /** All of them must hold for a cell; none: all cells. */
  readonly conditions: readonly Condition[];
  /** A metric's name, or with a percentile that of a latency. */
  readonly metric: string;
  /** 0 to 100, or null for the metric itself. */
  readonly percentile: number | null;
  readonly operator: Operator;
  /** In the unit that ends the metric's name. */
  readonly limit: number;
}

/** Reads a threshold. @throws ThresholdError that points at the character */
export function parseThreshold(text: string, words: KnownWords): Threshold {
  const reader = new ThresholdReader(text);
  const conditions = readPattern(reader, words);
  const start = reader.position;
  const { metric, percentile } = readFigure(reader, words);
  const end = reader.position;
  const operator = reader.operator();
  const limit = amountIn(reader, metric);
  reader.end();
  const name = percentile === null ? metric : `${metric} p(${percentile})`;
  const gap = /\s/.test(text.charAt(end)) ? "" : " ";
  return {
    text: `${text.slice(0, start)}${name}${gap}${text.slice(end)}`.trim(),
    conditions,
    metric,
    percentile,
    operator,
    limit,
  };
}

/** Whether a threshold is about a cell with these parameters. A parameter that the cell lacks matches nothing. */
export function isAbout(
  { conditions }: Threshold,
  parameters: Readonly<Record<string, number | string | boolean>>,
): boolean {
  return conditions.every(({ parameter, comparison, value }) => {
    const own = parameters[parameter];
    if (own === undefined) return false;
    if (comparison === "=") return String(own) === String(value);
    if (comparison === "!=") return String(own) !== String(value);
    return typeof own === "number" && typeof value === "number" && holds(own, comparison, value);
  });
}

/** Whether `value operator limit` is true. */
export function holds(value: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
  }
}

function readPattern(reader: ThresholdReader, { parameters }: KnownWords): readonly Condition[] {
  if (!reader.skip("[")) return [];
  const conditions: Condition[] = [];
  do {
    const parameter = reader.word("the name of a parameter", parameters);
    const comparison = reader.comparison();
    conditions.push({ parameter, comparison, value: reader.value() });
  } while (reader.skip(","));
  reader.expect("]", "a comma or the closing ]");
  return conditions;
}

function readFigure(
  reader: ThresholdReader,
  words: KnownWords,
): Pick<Threshold, "metric" | "percentile"> {
  const at = reader.position;
  const alone = reader.percentile();
  if (alone !== null) return { metric: findMetric(reader, "", at, true, words), percentile: alone };
  const word = reader.word("a metric, or p(99)");
  const percentile = reader.percentile();
  return { metric: findMetric(reader, word, at, percentile !== null, words), percentile };
}
