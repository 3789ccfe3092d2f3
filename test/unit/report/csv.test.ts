import fc from "fast-check";
import { expect, test } from "vitest";
import { renderCsv } from "../../../src/report/csv.ts";
import {
  buildResult,
  censoredCell,
  emptyCell,
  okCell,
} from "../../support/results/build-result.ts";
import { defaultRun } from "../../support/results/fixtures.ts";

/** Reads RFC 4180 text, written from the grammar and not from our writer. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) throw new Error(`no field at ${pattern.lastIndex}`);
    const [, quoted, bare = "", end] = match;
    records.at(-1)?.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === "\r\n") records.push([]);
  }
  return records.slice(0, -1);
}

/** The records as maps from column name to text. */
function rowsOf(text: string): ReadonlyMap<string, string>[] {
  const [header = [], ...records] = parseCsv(text);
  return records.map((record) => {
    expect(record).toHaveLength(header.length);
    return new Map(header.map((name, index) => [name, record[index] ?? ""]));
  });
}

test("there is one line per trial, and one for a cell without trials", () => {
  const cells = [
    okCell({ parameters: { strategy: "values" }, metrics: { submitMs: 10 }, trials: 3 }),
    emptyCell("failed", { strategy: "row", chunkSize: 5 }, 'no "memory", sorry'),
    censoredCell({ strategy: "unnest" }, 777),
  ];
  const rows = rowsOf(renderCsv(buildResult(cells)));
  expect(
    rows.map((row) => [
      row.get("parameter.strategy"),
      row.get("parameter.chunkSize"),
      row.get("status"),
      row.get("reason"),
      row.get("order"),
      row.get("rowsDone"),
      row.get("checksum"),
    ]),
  ).toEqual([
    ["values", "", "ok", "", "0", "", "9e3779b97f4a7c15"],
    ["values", "", "ok", "", "1", "", "9e3779b97f4a7c15"],
    ["values", "", "ok", "", "2", "", "9e3779b97f4a7c15"],
    ["row", "5", "failed", 'no "memory", sorry', "", "", ""],
    ["unnest", "", "censored", "", "0", "777", ""],
  ]);
});

test("raw metrics keep every digit", () => {
  const result = defaultRun();
  const values = rowsOf(renderCsv(result)).flatMap((row) => {
    const text = row.get("metric.submitMs") ?? "";
    return text === "" ? [] : [Number(text)];
  });
  expect(values).toEqual(
    result.cells.flatMap(({ trials }) =>
      trials.flatMap(({ metrics: { submitMs } }) => submitMs ?? []),
    ),
  );
});

test("any text comes back as it went in", () => {
  const text = fc.string({ unit: fc.constantFrom('"', ",", "\r", "\n", "a", "é", " ", "=") });
  fc.assert(
    fc.property(text, text, text, (scenario, value, reason) => {
      const [row] = rowsOf(
        renderCsv(buildResult([emptyCell("failed", { "odd,name": value }, reason, scenario)])),
      );
      expect([row?.get("scenario"), row?.get("parameter.odd,name"), row?.get("reason")]).toEqual([
        scenario,
        value,
        reason,
      ]);
    }),
  );
});
