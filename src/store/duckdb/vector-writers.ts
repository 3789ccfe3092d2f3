/**
 * Writes one column of a data chunk as raw memory: a copy per column instead of a call per value.
 *
 * The layout is that of DuckDB's C API: whole numbers as they are, and a string of up to 12 bytes
 * inside its own 16-byte slot (length, then bytes). Longer strings, and those that are not ASCII, are
 * handed over one by one. All platforms that the bindings are built for are little-endian.
 * Measured on 100,000 jobs: see docs/decisions/006-column-chunks-as-raw-memory.md.
 */
import type { DuckDBType } from "@duckdb/node-api";
import type { Vector } from "@duckdb/node-bindings";
import { BIGINT, bindings, INTEGER, SMALLINT, TIMESTAMP, UTINYINT } from "./duckdb-api.ts";
import type { NumberColumn, TextColumn } from "./row-source.ts";

/** Rows of one DuckDB vector. */
export const VECTOR_ROWS = 2048;
const TWO_32 = 2 ** 32;
const INLINE_BYTES = 12;
const SLOT_BYTES = 16;
const SLOT_WORDS = SLOT_BYTES / 4;
const US_PER_MS = 1000;

/** Fills `vector` with rows `first` to `first + rows` of a column. Keeps its memory between chunks. */
export type VectorWriter = (vector: Vector, first: number, rows: number) => void;

/** A writer for a column of any type that our tables have. */
export function vectorWriter(column: NumberColumn | TextColumn): VectorWriter {
  if (column.kind === "text") return textWriter(column);
  if (column.type === BIGINT) return int64Writer(column, 1);
  if (column.type === TIMESTAMP) return int64Writer(column, US_PER_MS);
  return smallNumberWriter(column, smallArray(column.type));
}

function smallArray(type: DuckDBType): Uint8Array | Int16Array | Int32Array {
  if (type === UTINYINT) return new Uint8Array(VECTOR_ROWS);
  if (type === SMALLINT) return new Int16Array(VECTOR_ROWS);
  if (type === INTEGER) return new Int32Array(VECTOR_ROWS);
  throw new TypeError(`no column of ours has the type ${type}`);
}

function copy(
  vector: Vector,
  items: Uint8Array | Int16Array | Int32Array | BigInt64Array,
  bytes: number,
): void {
  bindings.copy_data_to_vector(vector, 0, items.buffer as ArrayBuffer, items.byteOffset, bytes);
}

function smallNumberWriter(
  column: NumberColumn,
  items: Uint8Array | Int16Array | Int32Array,
): VectorWriter {
  const { constant } = column;
  if (constant !== undefined) items.fill(constant);
  return (vector, first, rows) => {
    if (constant === undefined)
      for (let row = 0; row < rows; row++) items[row] = column.at(first + row);
    copy(vector, items, rows * items.BYTES_PER_ELEMENT);
  };
}

function int64Writer(column: NumberColumn, factor: number): VectorWriter {
  const { constant } = column;
  if (constant !== undefined) {
    const items = new BigInt64Array(VECTOR_ROWS).fill(BigInt(Math.round(constant * factor)));
    return (vector, _first, rows) => copy(vector, items, rows * items.BYTES_PER_ELEMENT);
  }
  // Two halves instead of a BigInt object for each row.
  const halves = new Int32Array(2 * VECTOR_ROWS);
  return (vector, first, rows) => {
    for (let row = 0; row < rows; row++) {
      const value = Math.round(column.at(first + row) * factor);
      halves[2 * row] = value | 0;
      halves[2 * row + 1] = Math.floor(value / TWO_32);
    }
    copy(vector, halves, rows * 8);
  };
}

/** Writes a short ASCII string into a slot; false, with the slot left empty, for any other. */
function writeInline(words: Int32Array, slot: number, value: string): boolean {
  const { length } = value;
  words[slot] = 0;
  words[slot + 1] = 0;
  words[slot + 2] = 0;
  words[slot + 3] = 0;
  if (length > INLINE_BYTES) return false;
  let word = 0;
  for (let index = 0; index < length; index++) {
    const unit = value.charCodeAt(index);
    if (unit > 0x7f) return false;
    word |= unit << (8 * (index & 3));
    if ((index & 3) === 3) {
      words[slot + 1 + (index >> 2)] = word;
      word = 0;
    }
  }
  if ((length & 3) !== 0) words[slot + 1 + (length >> 2)] = word;
  words[slot] = length;
  return true;
}

/** Empties a slot, and marks its row as NULL. */
function writeNull(words: Int32Array, validity: Uint8Array, row: number): void {
  words.fill(0, SLOT_WORDS * row, SLOT_WORDS * (row + 1));
  validity[row >> 3] = (validity[row >> 3] as number) & ~(1 << (row & 7));
}

/** The same short string or NULL in all rows: its slots are written once. Null where it is too long for that. */
function constantTextWriter(value: string | null): VectorWriter | null {
  const words = new Int32Array(SLOT_WORDS * VECTOR_ROWS);
  if (value !== null && !writeInline(words, 0, value)) return null;
  for (let filled = SLOT_WORDS; filled < words.length; filled *= 2)
    words.copyWithin(filled, 0, filled);
  const validity = new Uint8Array(VECTOR_ROWS / 8);
  return (vector, _first, rows) => {
    copy(vector, words, rows * SLOT_BYTES);
    if (value === null) writeValidity(vector, validity);
  };
}

function textWriter(column: TextColumn): VectorWriter {
  const constant = column.constant === undefined ? null : constantTextWriter(column.constant);
  if (constant !== null) return constant;
  const words = new Int32Array(SLOT_WORDS * VECTOR_ROWS);
  const validity = new Uint8Array(VECTOR_ROWS / 8);
  return (vector, first, rows) => {
    const long: number[] = [];
    let nulls = 0;
    validity.fill(0xff);
    for (let row = 0; row < rows; row++) {
      const value = column.at(first + row);
      if (value === null) {
        writeNull(words, validity, row);
        nulls++;
      } else if (!writeInline(words, SLOT_WORDS * row, value)) {
        long.push(row);
      }
    }
    copy(vector, words, rows * SLOT_BYTES);
    for (const row of long) {
      bindings.vector_assign_string_element(vector, row, column.at(first + row) as string);
    }
    if (nulls > 0) writeValidity(vector, validity);
  };
}

function writeValidity(vector: Vector, validity: Uint8Array<ArrayBuffer>): void {
  bindings.vector_ensure_validity_writable(vector);
  const { buffer, byteOffset, byteLength } = validity;
  bindings.copy_data_to_vector_validity(vector, 0, buffer, byteOffset, byteLength);
}
