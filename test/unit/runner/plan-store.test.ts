/** What a plan for another store is: its cells, and the urls that it takes. */
import { expect, it } from "vitest";
import { cellsFor, readStore, trialUrl } from "../../../src/runner/plan-store.ts";

const SUBMIT = { name: "submit", workload: "submit" } as const;
const URL_TEXT = "postgres://me@db.example/bench";

it("measures COPY on PostgreSQL where DuckDB has its appender", () => {
  const cells = [
    { strategy: "appender", dagSize: 5 },
    { strategy: "row", dagSize: 5 },
  ];
  expect(cellsFor(null, SUBMIT, cells)).toEqual(cells);
  expect(cellsFor(URL_TEXT, SUBMIT, cells)).toEqual([
    { strategy: "copy", dagSize: 5 },
    { strategy: "row", dagSize: 5 },
  ]);
});

it("refuses scenarios that measure a DuckDB file", () => {
  expect(() => cellsFor(URL_TEXT, { name: "micro", workload: "micro" }, [])).toThrow(
    /micro measures the DuckDB store only/,
  );
});

it("takes duckdb or a url, and no password that would be written to the journal", () => {
  expect(readStore("duckdb")).toBeNull();
  expect(readStore(URL_TEXT)).toBe(URL_TEXT);
  expect(() => readStore("postgres://me:secret@db.example/bench")).toThrow(/set PGPASSWORD/);
  expect(() => readStore("mysql://x")).toThrow(/--store mysql:\/\/x: unknown/);
});

it("gives trials a schema of their own", () => {
  expect(trialUrl(`${URL_TEXT}?sslmode=require`, "_warm_up")).toBe(
    `${URL_TEXT}?sslmode=require&schema=quackmark_bench_warm_up`,
  );
});
