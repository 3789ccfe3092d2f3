/** Finds the metric that a threshold means: by its name, by its name without the unit, or the scenario's one latency. */
import { didYouMean } from "./suggest.ts";
import type { ThresholdReader } from "./threshold-reader.ts";

/** What the words of a threshold can mean. */
export interface KnownWords {
  /** Metrics by name; `wakeMsP99` says that there is a latency `wakeMs`. */
  readonly metrics: readonly string[];
  /** The metric that answers the scenario's question. */
  readonly headline?: string | undefined;
  /** Parameters that a pattern may name; undefined: any. */
  readonly parameters?: readonly string[] | undefined;
}

const PERCENTILE_METRIC = /^(.+Ms)P\d+$/;

/** The latencies among some metrics: `wakeMsP50, wakeMsP99` → `wakeMs`. */
function latenciesOf(metrics: readonly string[]): readonly string[] {
  return [...new Set(metrics.flatMap((name) => PERCENTILE_METRIC.exec(name)?.[1] ?? []))];
}

/** The whole name. `word` is empty where a percentile stands alone; `at` is where the figure begins. */
export function findMetric(
  reader: ThresholdReader,
  word: string,
  at: number,
  percentile: boolean,
  { metrics, headline }: KnownWords,
): string {
  const known = percentile ? latenciesOf(metrics) : metrics;
  if (word === "") return loneLatency(reader, at, known, headline);
  if (known.includes(word)) return word;
  const meant = known.filter((name) => withoutUnit(name) === word);
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return only;
  if (only !== undefined) {
    throw reader.error(`"${word}" can be ${meant.join(" or ")}. Write the whole name.`, at);
  }
  const kind = percentile ? "latency" : "metric";
  const choice = known.length === 0 ? "There is none here." : `Known are ${known.join(", ")}.`;
  const close = didYouMean(word, [...known, ...known.map(withoutUnit)]);
  throw reader.error(`unknown ${kind} "${word}"${close} ${choice}`, at);
}

/** The latency that a percentile alone speaks of. */
function loneLatency(
  reader: ThresholdReader,
  at: number,
  known: readonly string[],
  headline: string | undefined,
): string {
  const own = PERCENTILE_METRIC.exec(headline ?? "")?.[1];
  if (own !== undefined && known.includes(own)) return own;
  const [only, second] = known;
  if (only !== undefined && second === undefined) return only;
  throw reader.error(
    only === undefined
      ? "there is no latency here whose percentile this could be."
      : `a percentile of which latency? Write one of ${known.join(", ")} before it.`,
    at,
  );
}

/** `peakRssBytes` → `peakRss`, `wakeMsP99` → `wakeP99`, `submitRowsPerS` → `submitRows`. */
function withoutUnit(name: string): string {
  return name.replace(/(?:Bytes|Ms|PerS|S)(?=P\d+$|Max$|$)/, "");
}
