/** The strategies by name, and which of them is used where the caller leaves the choice. */
import { InputError } from "../../../lib/errors.ts";
import type { Config } from "../../../model/config.ts";
import type { StrategyName } from "../../store.ts";
import { insertCopy } from "./copy.ts";
import type { InsertStrategy } from "./strategy.ts";
import { insertUnnest } from "./unnest.ts";
import { insertRow, insertTempTable, insertValues } from "./values.ts";

const STRATEGIES = {
  row: insertRow,
  values: insertValues,
  "temp-table": insertTempTable,
  unnest: insertUnnest,
  copy: insertCopy,
} as const satisfies Partial<Record<StrategyName, InsertStrategy>>;

/** The names of those that there are. */
export const STRATEGY_NAMES: readonly StrategyName[] = Object.keys(STRATEGIES) as StrategyName[];

/** A strategy by its name. @throws InputError for one that this store does not have */
export function strategyNamed(name: StrategyName): InsertStrategy {
  if (Object.hasOwn(STRATEGIES, name)) return STRATEGIES[name as keyof typeof STRATEGIES];
  throw new InputError(
    `The PostgreSQL store has no insert strategy ${name}; it has ${STRATEGY_NAMES.join(", ")}`,
  );
}

/** The strategy for so many rows where the caller leaves the choice. */
export function autoStrategy(rows: number, config: Config): StrategyName {
  return rows >= config.copyThreshold ? "copy" : "unnest";
}
