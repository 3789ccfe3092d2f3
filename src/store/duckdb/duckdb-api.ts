/**
 * DuckDB's library, loaded by `require`: it is CommonJS, and `import` would first scan the text of its
 * hundred files for names, which takes longer than all the rest of a start.
 */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** All of it. */
export const api = require("@duckdb/node-api") as typeof import("@duckdb/node-api");

/** The calls below it, for memory of chunks and vectors. */
export const bindings = require("@duckdb/node-bindings") as typeof import("@duckdb/node-bindings");

/** The library's values that the store uses; its types are imported from the package. */
export const {
  BIGINT,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTimestampValue,
  INTEGER,
  LIST,
  listValue,
  SMALLINT,
  TIMESTAMP,
  UTINYINT,
  VARCHAR,
} = api;

/** The same names as types. */
export type DuckDBDataChunk = import("@duckdb/node-api").DuckDBDataChunk;
/** A database of the process. */
export type DuckDBInstance = import("@duckdb/node-api").DuckDBInstance;
