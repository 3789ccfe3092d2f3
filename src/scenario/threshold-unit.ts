/** Units of a threshold's amount, brought to the unit that ends the metric's name. */
import type { ThresholdReader } from "./threshold-reader.ts";

type Factors = Readonly<Record<string, number>>;

const MULTIPLES: Factors = { k: 1e3, M: 1e6, G: 1e9 };

const TIMES_MS: Factors = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, min: 6e4 };

const BYTES: Factors = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  ...MULTIPLES,
};

const RATES: Factors = { "/s": 1, "k/s": 1e3, "M/s": 1e6, ...MULTIPLES };

/** Which units a metric's amount can have; the name's end decides. */
const DIMENSIONS: readonly { ends: RegExp; kind: string; factors: Factors }[] = [
  { ends: /Bytes(?:Max)?$/, kind: "a size in bytes", factors: BYTES },
  { ends: /Ms(?:P\d+|Max)?$/, kind: "a time in ms", factors: TIMES_MS },
  { ends: /PerS$/, kind: "a rate per second", factors: RATES },
  {
    ends: /[a-z]S$/,
    kind: "a time in s",
    factors: Object.fromEntries(Object.entries(TIMES_MS).map(([unit, ms]) => [unit, ms / 1e3])),
  },
  { ends: /$/, kind: "a number", factors: MULTIPLES },
];

/** Reads an amount, such as `50ms` or `1.5 GiB`, in the unit of the metric. @throws ThresholdError for another unit */
export function amountIn(reader: ThresholdReader, metric: string): number {
  const number = reader.number();
  const at = reader.position;
  const unit = reader.unit();
  if (unit === "") return number;
  const { kind, factors } = DIMENSIONS.find(({ ends }) => ends.test(metric)) ?? {
    kind: "a number",
    factors: MULTIPLES,
  };
  const factor = Object.hasOwn(factors, unit) ? factors[unit] : undefined;
  if (factor !== undefined) return number * factor;
  throw reader.error(
    `${metric} is ${kind}, which has no unit "${unit}". Known are ${Object.keys(factors).join(", ")}.`,
    at,
  );
}
