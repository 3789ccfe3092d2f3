/** Raw column chunks, read back by DuckDB: every type, lengths around the inline limit, nulls, several chunks. */
import {
  BIGINT,
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBType,
  INTEGER,
  SMALLINT,
  TIMESTAMP,
  UTINYINT,
  VARCHAR,
} from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChunkAppender } from "../../src/store/duckdb/chunk-appender.ts";
import type { RowSource } from "../../src/store/duckdb/row-source.ts";

let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:");
  connection = await instance.connect();
});

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** Appends one column to a fresh table and returns what DuckDB reads from it, as text. */
async function written(
  sqlType: string,
  column: RowSource["columns"][number],
  length: number,
  as = "v::VARCHAR",
): Promise<(string | null)[]> {
  await connection.run(`CREATE OR REPLACE TABLE t(i BIGINT, v ${sqlType})`);
  const index = { kind: "number", name: "i", type: BIGINT, at: (row: number) => row } as const;
  const appender = await ChunkAppender.open(connection, "t");
  appender.append({ table: "t", length, columns: [index, column] });
  appender.flush();
  appender.discard();
  const rows = await (await connection.run(`SELECT ${as} FROM t ORDER BY i`)).getRows();
  return rows.map(([value]) => (value === null ? null : String(value)));
}

const numbers = (type: DuckDBType, values: readonly number[]): RowSource["columns"][number] => ({
  kind: "number",
  name: "v",
  type,
  at: (row) => values[row] as number,
});

describe("a column written as raw memory", () => {
  it.each([
    ["UTINYINT", UTINYINT, [0, 1, 255]],
    ["SMALLINT", SMALLINT, [-32768, -1, 0, 1, 32767]],
    ["INTEGER", INTEGER, [-(2 ** 31), -1, 0, 1, 2 ** 31 - 1]],
    ["BIGINT", BIGINT, [-(2 ** 53), -(2 ** 32), -1, 0, 1, 2 ** 31, 2 ** 32, 2 ** 53]],
  ] as const)("holds %s at its limits", async (sqlType, type, values) => {
    expect(await written(sqlType, numbers(type, values), values.length)).toEqual(
      values.map(String),
    );
  });

  it("holds times as microseconds, to the fraction of a millisecond", async () => {
    const values = [0, 1.5, 1_700_000_000_000.25, 4_102_444_800_000];
    const read = await written(
      "TIMESTAMP",
      numbers(TIMESTAMP, values),
      values.length,
      "epoch_us(v)",
    );
    expect(read).toEqual(values.map((value) => String(value * 1000)));
  });

  it("repeats a constant over several chunks", async () => {
    const column = { ...numbers(BIGINT, []), constant: 2 ** 40 } as RowSource["columns"][number];
    expect(new Set(await written("BIGINT", column, 5000))).toEqual(new Set([String(2 ** 40)]));
  });

  it.each(["", "job", "twelve bytes", "more than twelve", "Öl", null])(
    "repeats %j over several chunks",
    async (constant) => {
      const column = {
        kind: "text",
        name: "v",
        type: VARCHAR,
        constant,
        at: () => constant,
      } as const;
      const read = await written("VARCHAR", column, 5000);
      expect([read.length, new Set(read)]).toEqual([5000, new Set([constant])]);
    },
  );

  it("holds any text and NULL, beside each other and across chunks", async () => {
    const text = fc.oneof(
      fc.constant(null),
      fc.string({ unit: "grapheme", maxLength: 16 }),
      fc.string({ minLength: 10, maxLength: 14 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 40 }), async (few) => {
        // Enough rows for three chunks, the last one partly filled.
        const values = Array.from({ length: 4100 }, (_, row) => few[row % few.length] ?? null);
        const at = (row: number): string | null => values[row] ?? null;
        const column = { kind: "text", name: "v", type: VARCHAR, at } as const;
        expect(await written("VARCHAR", column, values.length)).toEqual(values);
      }),
      { numRuns: 20 },
    );
  });
});
