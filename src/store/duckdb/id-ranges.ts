/** A set of ids as ranges, and as a condition in SQL. Most purges delete ids that follow each other. */
import type { DuckDBConnection } from "@duckdb/node-api";

/** Up to so many ranges are written out. */
const WRITTEN = 16;

/** See the file's head. */
export class IdRanges {
  readonly #ranges: [from: number, to: number][] = [];

  /** `ids` in any order. */
  constructor(ids: Iterable<number>) {
    for (const id of Float64Array.from(ids).sort()) {
      const last = this.#ranges.at(-1);
      if (last !== undefined && id <= last[1] + 1) last[1] = id;
      else this.#ranges.push([id, id]);
    }
  }

  /** Makes what {@link within} needs on a connection; to be called once before it. */
  async prepare(connection: DuckDBConnection): Promise<void> {
    if (this.#ranges.length <= WRITTEN) return;
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE chosen_ids AS
       SELECT unnest(range(pair[1], pair[2] + 1)) AS id FROM (SELECT unnest(from_json($ranges, '[["BIGINT"]]')) AS pair)`,
      { ranges: JSON.stringify(this.#ranges) },
    );
  }

  /** The condition that a column holds one of the ids. */
  within(column: string): string {
    const first = this.#ranges[0];
    const last = this.#ranges.at(-1);
    if (first === undefined || last === undefined) return "false";
    const between = ([from, to]: readonly [number, number]): string =>
      `${column} BETWEEN ${from} AND ${to}`;
    if (this.#ranges.length <= WRITTEN) return `(${this.#ranges.map(between).join(" OR ")})`;
    return `(${between([first[0], last[1]])} AND ${column} IN (SELECT id FROM chosen_ids))`;
  }
}
