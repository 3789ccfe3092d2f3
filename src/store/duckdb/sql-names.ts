/**
 * What a query of the SQL window may name: tables, table functions and functions.
 *
 * Tables and views are those of the queue's own file. The body of a view is not walked: whoever wrote the
 * file wrote it, and the lock-down (lock-down.ts) holds for it as for everything else.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { CATALOG } from "./attach.ts";

/** The names by kind, in ASCII lower case as {@link lowered} gives it. */
export interface SqlNames {
  readonly tables: ReadonlySet<string>;
  /** Scalar, aggregate and window functions. */
  readonly functions: ReadonlySet<string>;
}

/** Table functions that read nothing but their arguments and the catalogue. */
export const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  "duckdb_columns",
  "duckdb_tables",
  "duckdb_views",
  "generate_series",
  "json_each",
  "json_tree",
  "range",
  "repeat",
  "repeat_row",
  "unnest",
]);

/** Views of the system's that say what the queue's tables look like, as schema and name. */
export const SYSTEM_VIEWS: ReadonlySet<string> = new Set([
  "information_schema.columns",
  "information_schema.schemata",
  "information_schema.tables",
  "information_schema.views",
]);

/** What `SHOW` may list, as the parser writes it. */
export const SHOWN: ReadonlySet<string> = new Set(['"tables"', "__show_tables_expanded"]);

/** Functions whose value changes from call to call, and that do nothing else. */
const HARMLESS_VOLATILE = ["error", "gen_random_uuid", "random", "uuid", "uuidv4", "uuidv7"];

/** Functions that the catalogue calls stable, and that tell settings or run another query. */
const REFUSED = ["current_setting", "getvariable", "get_block_size", "json_serialize_plan"];

const OWN_TABLES = `SELECT table_name FROM duckdb_tables() WHERE database_name = '${CATALOG}' AND schema_name = 'main'
  UNION ALL SELECT view_name FROM duckdb_views() WHERE database_name = '${CATALOG}' AND schema_name = 'main' AND NOT internal`;

/** The system's own functions, unless a macro of the file carries the same name. */
const FUNCTIONS = `SELECT function_name FROM duckdb_functions() GROUP BY function_name
  HAVING bool_and(internal) AND bool_or(schema_name = 'main' AND function_type IN ('scalar', 'aggregate', 'macro'))
    AND NOT starts_with(function_name, '__internal')
    AND NOT (coalesce(bool_or(stability = 'VOLATILE'), false) AND function_name NOT IN (${listed(HARMLESS_VOLATILE)}))
    AND function_name NOT IN (${listed(REFUSED)})`;

const known = new WeakMap<DuckDBConnection, Promise<SqlNames>>();

/** The names that a connection's queries may use; asked of the database once. */
export function sqlNames(connection: DuckDBConnection): Promise<SqlNames> {
  let names = known.get(connection);
  if (names === undefined) {
    names = readNames(connection);
    known.set(connection, names);
    names.catch(() => known.delete(connection));
  }
  return names;
}

/** A name as the database compares it: only the letters A to Z are the same in both cases. */
export function lowered(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

async function readNames(connection: DuckDBConnection): Promise<SqlNames> {
  const tables = await firstColumn(connection, OWN_TABLES);
  const functions = await firstColumn(connection, FUNCTIONS);
  return { tables, functions: functions.add("unnest") };
}

async function firstColumn(connection: DuckDBConnection, sql: string): Promise<Set<string>> {
  const rows = await (await connection.run(sql)).getRows();
  return new Set(rows.map(([name]) => lowered(String(name))));
}

function listed(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(", ");
}
