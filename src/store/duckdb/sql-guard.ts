/**
 * Lets one SELECT over the queue's tables through, and nothing else.
 *
 * The text is parsed by the database itself, and every node of the tree must be of a known kind: a table of
 * the queue or a common table expression in scope, a function without effects, a table function that reads
 * nothing but its arguments. What the guard does not know it refuses. A read-only transaction and the
 * lock-down stand behind it.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../lib/errors.ts";
import { CATALOG } from "./attach.ts";
import {
  lowered,
  SHOWN,
  type SqlNames,
  SYSTEM_VIEWS,
  sqlNames,
  TABLE_FUNCTIONS,
} from "./sql-names.ts";

/** The longest text that is parsed. */
const MAX_TEXT_CHARS = 1_000_000;

/** Classes of expressions. */
const EXPRESSIONS: ReadonlySet<string> = new Set([
  "BETWEEN",
  "CASE",
  "CAST",
  "COLLATE",
  "COLUMN_REF",
  "COMPARISON",
  "CONJUNCTION",
  "CONSTANT",
  "FUNCTION",
  "LAMBDA",
  "LAMBDA_REF",
  "OPERATOR",
  "PARAMETER",
  "POSITIONAL_REFERENCE",
  "STAR",
  "SUBQUERY",
  "WINDOW",
]);

/** Types of everything that is no expression: queries, sources, modifiers, orders. */
const NODES: ReadonlySet<string> = new Set([
  "SELECT_NODE",
  "SET_OPERATION_NODE",
  "RECURSIVE_CTE_NODE",
  "EMPTY",
  "BASE_TABLE",
  "TABLE_FUNCTION",
  "SUBQUERY",
  "JOIN",
  "EXPRESSION_LIST",
  "PIVOT",
  "SHOW_REF",
  "ORDER_MODIFIER",
  "LIMIT_MODIFIER",
  "LIMIT_PERCENT_MODIFIER",
  "DISTINCT_MODIFIER",
  "ORDER_DEFAULT",
  "ASCENDING",
  "DESCENDING",
]);

/** Types of column types, such as `DECIMAL_TYPE_INFO`. */
const TYPE_INFO = /^[A-Z]+_TYPE_INFO$/;

type Node = Readonly<Record<string, unknown>>;

/** Common table expressions by name, with their place in the WITH; those before `visible` can be named. */
interface Scope {
  readonly places: ReadonlyMap<string, number>;
  readonly visible: number;
  readonly outer: Scope | null;
}

interface Visit {
  readonly value: unknown;
  readonly scope: Scope | null;
}

const SERIALIZE =
  "SELECT json_serialize_sql($text::VARCHAR, skip_null := true, skip_empty := true, skip_default := true)";

/**
 * Checks a text that is about to be run on this connection.
 *
 * @throws InputError with code `READ_ONLY`, naming what is refused and the remedy; with `BAD_INPUT` for text
 *   that does not parse
 */
export async function guardQuery(connection: DuckDBConnection, text: string): Promise<void> {
  if (text.length > MAX_TEXT_CHARS)
    throw refusal(`takes up to ${MAX_TEXT_CHARS} characters; pass data as parameters`);
  // The parser ends at such a character, and what follows would be neither checked nor run.
  if (text.includes("\0")) throw refusal("takes no text with a NUL character; remove it");
  const [row] = await (await connection.run(SERIALIZE, { text })).getRows();
  const statements = statementsOf(String(row?.[0]), text);
  if (statements.length !== 1)
    throw refusal(`takes one statement, and here are ${statements.length}; send them one by one`);
  walk(statements, await sqlNames(connection));
}

function refusal(what: string): InputError {
  return new InputError(`The SQL window ${what}`, { code: "READ_ONLY" });
}

function statementsOf(json: string, text: string): readonly unknown[] {
  let parsed: Node;
  try {
    parsed = JSON.parse(json);
  } catch {
    // The serializer writes numbers beyond a double's range in a form that is not JSON.
    throw refusal("takes no number beyond the range of a double; pass it as a parameter");
  }
  const { error, error_type: kind, error_message: message, statements } = parsed;
  if (error !== true) return Array.isArray(statements) ? statements : [];
  if (kind === "parser") throw new InputError(`The query does not parse: ${String(message)}`);
  throw refusal(notASelect(text, String(message)));
}

function notASelect(text: string, message: string): string {
  if (!message.startsWith("Only SELECT")) return `cannot read this query: ${message}`;
  const [, word = "this"] = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/|;)*([a-z]+)/i.exec(text) ?? [];
  if (/\bpivot\b/i.test(text))
    return `takes a PIVOT only with the values listed, as in PIVOT … ON state IN ('done', 'failed')`;
  return `takes one SELECT, and this statement begins with ${word.toUpperCase()}; change jobs with the queue's methods, and write files from the rows that a query returns`;
}

/** A stack of its own: a deeply nested query must not overflow ours. */
function walk(tree: unknown, names: SqlNames): void {
  const stack: Visit[] = [{ value: tree, scope: null }];
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const { value, scope } = visit;
    if (Array.isArray(value)) for (const item of value) stack.push({ value: item, scope });
    else if (typeof value === "object" && value !== null) enter(value as Node, scope, names, stack);
  }
}

/** Checks one node, and lays its parts on the stack. */
function enter(node: Node, outer: Scope | null, names: SqlNames, stack: Visit[]): void {
  assertKnownKind(node);
  const { cte_map: ctes, function: called, ...parts } = node;
  const scope = pushCtes(ctes, outer, stack);
  const { type, class: kind } = node;
  if (kind === "FUNCTION" || kind === "WINDOW") checkFunction(node, names);
  else if (kind !== undefined) {
    // Every other expression is harmless by itself; its parts follow.
  } else if (type === "BASE_TABLE") checkTable(node, scope, names);
  else if (type === "TABLE_FUNCTION") stack.push({ value: argumentsOf(called), scope });
  else if (type === "SHOW_REF") checkShow(node);
  for (const value of Object.values(parts))
    if (typeof value === "object") stack.push({ value, scope });
}

function assertKnownKind({ class: kind, type }: Node): void {
  if (typeof kind === "string" ? EXPRESSIONS.has(kind) : typeof type !== "string") return;
  if (kind === undefined && typeof type === "string" && (NODES.has(type) || TYPE_INFO.test(type)))
    return;
  throw refusal(`does not know ${String(kind ?? type)} in a query; write it another way`);
}

/** The scope inside a node; the queries of its WITH go on the stack with what each of them sees. */
function pushCtes(ctes: unknown, outer: Scope | null, stack: Visit[]): Scope | null {
  if (ctes === undefined) return outer;
  const entries = (ctes as { map?: readonly { key: string; value: Node }[] }).map ?? [];
  const places = new Map(entries.map(({ key }, index) => [lowered(key), index]));
  entries.forEach(({ value }, index) => {
    const { query } = value as { query?: { node?: Node } };
    // Only a recursive one sees itself.
    const visible = query?.node?.["type"] === "RECURSIVE_CTE_NODE" ? index + 1 : index;
    stack.push({ value, scope: { places, visible, outer } });
  });
  return { places, visible: entries.length, outer };
}

function isVisible(name: string, scope: Scope | null): boolean {
  for (let at = scope; at !== null; at = at.outer) {
    const place = at.places.get(name);
    if (place !== undefined && place < at.visible) return true;
  }
  return false;
}

function checkFunction(node: Node, names: SqlNames): void {
  const { function_name: name, schema = "main", catalog = "system" } = node;
  if (typeof name === "string" && schema === "main" && catalog === "system")
    if (names.functions.has(lowered(name))) return;
  throw refusal(
    `does not call ${String(name)}(): it is no built-in function, or one with effects or a view of the outside; compute with the functions of a plain SELECT`,
  );
}

/** What a table function is given, once its name is known to be harmless. */
function argumentsOf(called: unknown): unknown {
  const {
    class: kind,
    function_name: name,
    schema = "main",
    catalog = "system",
    ...rest
  } = called as Node;
  if (kind === "FUNCTION" && typeof name === "string" && schema === "main" && catalog === "system")
    if (TABLE_FUNCTIONS.has(lowered(name))) return Object.values(rest);
  throw refusal(
    `does not read from ${String(name)}(); table functions that it knows are ${[...TABLE_FUNCTIONS].join(", ")}`,
  );
}

function checkTable(node: Node, scope: Scope | null, names: SqlNames): void {
  const [catalog, schema, table] = [
    node["catalog_name"],
    node["schema_name"],
    node["table_name"],
  ].map((part) => (typeof part === "string" ? lowered(part) : "")) as [string, string, string];
  const plain = catalog === "" && schema === "";
  // `recurring` is how a recursive query names all of its rows so far.
  if ((plain || (catalog === "" && schema === "recurring")) && isVisible(table, scope)) return;
  const own =
    (catalog === "" || catalog === CATALOG) &&
    (schema === "" || schema === "main" || (catalog === "" && schema === CATALOG));
  if (own && names.tables.has(table)) return;
  if (catalog === "" && SYSTEM_VIEWS.has(`${schema}.${table}`)) return;
  throw refusal(
    `knows no table ${JSON.stringify([catalog, schema, table].filter((part) => part !== "").join("."))}; it reads ${[...names.tables].sort().join(", ")}`,
  );
}

/** DESCRIBE and SUMMARIZE carry the query that they are about, which is walked like any other. */
function checkShow(node: Node): void {
  const { show_type: kind, table_name: listed, query } = node;
  if (query !== undefined && (kind === "DESCRIBE" || kind === "SUMMARY")) return;
  if (kind === "SHOW_UNQUALIFIED" && SHOWN.has(String(listed))) return;
  throw refusal("shows nothing but tables: SHOW TABLES, DESCRIBE or SUMMARIZE a query");
}
