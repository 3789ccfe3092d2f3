/** Which insert strategy writes a submission, and in which chunks. */
import { InputError } from "../lib/errors.ts";
import type { Config } from "../model/config.ts";
import type { SqlClient, Store, StrategyName } from "../store/store.ts";

/** `auto` chooses by size. @throws InputError for a name that the store does not know */
export function chooseStrategy(name: string, rows: number, store: Store): StrategyName {
  if (name === "auto") return store.autoStrategy(rows);
  const known = store.strategies.find((strategy) => strategy === name);
  if (known !== undefined) return known;
  throw new InputError(
    `There is no insert strategy ${JSON.stringify(name)}; known are auto, ${store.strategies.join(", ")}`,
  );
}

/** Rows of one statement. @throws InputError for anything but a whole number from 1, or `all` */
export function chooseChunkSize(chunkSize: number | "all" | undefined, config: Config): number {
  if (chunkSize === "all") return Number.MAX_SAFE_INTEGER;
  const rows = chunkSize ?? config.dependencyChunkSize;
  if (Number.isInteger(rows) && rows >= 1) return rows;
  throw new InputError(`chunkSize: ${rows} is not a whole number from 1, nor "all"`);
}

/** The caller's transaction, if the store can take part in it. @throws InputError if it cannot */
export function joinable(store: Store, client: SqlClient | undefined): SqlClient | undefined {
  if (client === undefined || store.joinsTransactions) return client;
  throw new InputError(
    "client: jobs can join a transaction of yours on PostgreSQL only; leave it out, or open the queue by url",
  );
}
