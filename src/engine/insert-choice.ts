/** Which insert strategy writes a submission, and in which chunks. */
import { InputError } from "../lib/errors.ts";
import type { Config } from "../model/config.ts";
import type { StrategyName } from "../store/store.ts";

const STRATEGY_NAMES: readonly StrategyName[] = [
  "row",
  "values",
  "temp-table",
  "unnest",
  "appender",
];

/** `auto` chooses by size. @throws InputError for a name that is none */
export function chooseStrategy(name: string, rows: number, config: Config): StrategyName {
  if (name === "auto") {
    if (rows >= config.appenderThreshold) return "appender";
    return rows > config.valuesThreshold ? "temp-table" : "values";
  }
  const known = STRATEGY_NAMES.find((strategy) => strategy === name);
  if (known !== undefined) return known;
  throw new InputError(
    `There is no insert strategy ${JSON.stringify(name)}; known are auto, ${STRATEGY_NAMES.join(", ")}`,
  );
}

/** Rows of one statement. @throws InputError for anything but a whole number from 1, or `all` */
export function chooseChunkSize(chunkSize: number | "all" | undefined, config: Config): number {
  if (chunkSize === "all") return Number.MAX_SAFE_INTEGER;
  const rows = chunkSize ?? config.dependencyChunkSize;
  if (Number.isInteger(rows) && rows >= 1) return rows;
  throw new InputError(`chunkSize: ${rows} is not a whole number from 1, nor "all"`);
}
