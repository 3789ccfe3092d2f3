/** The strategies by name. */
import type { StrategyName } from "../../store.ts";
import { insertAppender } from "./appender.ts";
import { insertRow } from "./row.ts";
import type { InsertStrategy } from "./strategy.ts";
import { insertTempTable } from "./temp-table.ts";
import { insertUnnest } from "./unnest.ts";
import { insertValues } from "./values.ts";

/** See the file's head. */
export const STRATEGIES: Readonly<Record<StrategyName, InsertStrategy>> = {
  row: insertRow,
  values: insertValues,
  "temp-table": insertTempTable,
  unnest: insertUnnest,
  appender: insertAppender,
};
