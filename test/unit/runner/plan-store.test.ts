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

it("processes are swept on PostgreSQL, and a DuckDB file has one", () => {
  const drain = { name: "drain", workload: "drain", handlers: undefined } as const;
  const cells = [1, 4].map((processes) => ({ dagSize: 10, processes }));
  const url = "postgres://u@h/d";
  expect(cellsFor(url, drain, cells)).toEqual(cells);
  expect(cellsFor(null, drain, cells.slice(0, 1))).toEqual([{ dagSize: 10 }]);
  expect(() => cellsFor(null, drain, cells)).toThrow(
    /^--processes 4: one process owns a DuckDB file/,
  );
  expect(() => cellsFor(url, { ...drain, handlers: "mine.js" }, cells)).toThrow(
    /runs handlers of its own.*leave out --processes/,
  );
});
