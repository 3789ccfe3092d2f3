/** Chooses the store by its place. PostgreSQL's store and driver are loaded when they are named, never before. */
import { InputError } from "../lib/errors.ts";
import { DuckDBStore } from "./duckdb/duckdb-store.ts";
import type { Store } from "./store.ts";
import type { StoreOptions } from "./store-options.ts";

/** Where the queue lives: one of the two. */
export interface StorePlace {
  /** A DuckDB file, `:memory:`, or `temp` for a file that is removed at close. */
  readonly path?: string | undefined;
  /** A PostgreSQL database: `postgres://user@host/database`, with `?schema=name` for a schema other than `quackmark`. */
  readonly url?: string | undefined;
}

/** Opens or creates a store. @throws InputError unless exactly one place is named, QuackmarkError */
export async function openStore({ path, url }: StorePlace, options: StoreOptions): Promise<Store> {
  if (path !== undefined && url !== undefined)
    throw new InputError("Give the queue a path or a url, not both");
  if (path !== undefined) return DuckDBStore.open({ ...options, path });
  if (url === undefined)
    throw new InputError("Give the queue a path (a DuckDB file) or a url (postgres://…)");
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new InputError(
      `${JSON.stringify(url)} is no PostgreSQL url; write postgres://user@host/database`,
    );
  if (options.archiveFolder !== null)
    throw new InputError(
      "archiveFolder is for a DuckDB file: the PostgreSQL store writes no archive, and what it purges is gone; leave it out",
    );
  const { PostgresStore } = await import("./postgres/postgres-store.ts");
  return PostgresStore.open({ ...options, url });
}
