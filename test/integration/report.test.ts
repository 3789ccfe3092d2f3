/** `bench report` on saved runs: every format, where it goes, and files that are no results. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeResult } from "../../src/results/result-file.ts";
import { defaultRun, nothingMeasured } from "../support/results/fixtures.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const RESULT = defaultRun();
const TRIALS = RESULT.cells.flatMap(({ trials }) => trials).length;

let folder: string;
let runFolder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-report-"));
  runFolder = join(folder, "results", "runs", RESULT.id);
  await writeResult(runFolder, RESULT);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function bench(...args: readonly string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 27,
  });
  return { code: status, out: stdout, err: stderr };
}

describe("a saved run", () => {
  it("is printed as text, found by its id, its folder, its file, or as the latest", () => {
    const byId = bench("report", RESULT.id);
    expect(byId).toMatchObject({ code: 0, err: "" });
    expect(byId.out).toContain("Fastest way in: appender, 812,000 rows/s");
    for (const name of ["latest", runFolder, join(runFolder, "result.json")]) {
      expect(bench("report", name).out.split("Saved in:")[0]).toBe(byId.out.split("Saved in:")[0]);
    }
    expect(JSON.parse(bench("report", "--json").out)).toEqual(RESULT);
    const csv = bench("report", "--format", "csv").out;
    expect(csv.split("\r\n")).toHaveLength(TRIALS + 2);
    expect(bench("report", "--format", "markdown").out).toContain("| **appender** |");
  });

  it("is written beside itself where the format is a file, and the paths are printed", () => {
    const { code, out } = bench("report", "--format", "html");
    const path = join("results", "runs", RESULT.id, `${RESULT.id}.html`);
    expect({ code, out }).toEqual({ code: 0, out: `${path}\n` });
    expect(readFileSync(join(folder, path), "utf8")).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });

  it("is written into the folder that --out names, in every format", () => {
    for (const format of ["table", "json", "csv", "markdown", "parquet", "png", "svg", "html"]) {
      expect(bench("report", "--format", format, "--out", "new/out").code).toBe(0);
    }
    const charts = ["submit-throughput", "submit-chunk-size", "drain-throughput"];
    expect(readdirSync(join(folder, "new", "out"))).toEqual(
      expect.arrayContaining([
        ...["txt", "json", "csv", "md", "parquet", "html"].map((ext) => `${RESULT.id}.${ext}`),
        ...charts.flatMap((chart) => [`${RESULT.id}-${chart}.png`, `${RESULT.id}-${chart}.svg`]),
      ]),
    );
  });

  it("is a Parquet file with a row for each trial and the numbers of the result", async () => {
    bench("report", "--format", "parquet", "--out", "parquet");
    const path = join(folder, "parquet", `${RESULT.id}.parquet`);
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const all = await connection.runAndReadAll(`FROM read_parquet('${path}')`);
    expect(all.currentRowCount).toBe(TRIALS);
    const reader = await connection.runAndReadAll(
      `SELECT "parameter.strategy", "parameter.dagSize", "order", "metric.submitRowsPerS", "doneOnce", "spoiled"
       FROM read_parquet('${path}') WHERE scenario = 'submit' AND "parameter.strategy" = 'unnest' ORDER BY "order"`,
    );
    const unnest = RESULT.cells.find(({ parameters }) => parameters["strategy"] === "unnest");
    expect(reader.getRows()).toEqual(
      unnest?.trials.map(({ order, metrics }) => [
        "unnest",
        100_000n,
        BigInt(order),
        metrics["submitRowsPerS"],
        null,
        false,
      ]),
    );
    connection.closeSync();
    instance.closeSync();
  });
});

describe("a file that is no result", () => {
  it.each([
    ["is empty", "", "is not JSON"],
    ["was cut off", JSON.stringify(RESULT).slice(0, 5000), "is not JSON"],
    ["is of another program", '{"benchmarks": []}', "is JSON but not a result"],
    ["is a list", "[1, 2]", "is JSON but not a result"],
    ["is of a newer version", JSON.stringify({ ...RESULT, schemaVersion: 2 }), "schema version 2"],
    ["was edited", JSON.stringify({ ...RESULT, cells: "none" }), "is not a valid result (cells:"],
  ])("exits 2 when it %s, and names the file", (_, text, message) => {
    const path = join(folder, "foreign.json");
    writeFileSync(path, text);
    const { code, out, err } = bench("report", path);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(`bench: ${path}`);
    expect(err).toContain(message);
  });

  it("exits 2 when it is absent, or the run has no result", () => {
    expect(bench("report", "20200101-000000-0000")).toMatchObject({ code: 2, out: "" });
    expect(bench("report", "./none.json").err).toContain("there is no such file");
    const unfinished = join(folder, "unfinished");
    mkdirSync(unfinished);
    writeFileSync(join(unfinished, "journal.jsonl"), "{}\n");
    expect(bench("report", unfinished).err).toContain(`bench run --resume ${unfinished}`);
  });

  it("writes nothing outside the folder, whatever the id in the file says", () => {
    const path = join(folder, "evil.json");
    writeFileSync(path, JSON.stringify({ ...RESULT, id: "../../escaped" }));
    for (const format of ["html", "csv", "png", "parquet"]) {
      const { code, err } = bench("report", path, "--format", format, "--out", "in/here");
      expect(code).toBe(2);
      expect(err).toContain('The result\'s id "../../escaped" is no name for a file.');
    }
    expect(existsSync(join(folder, "in"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes("escaped"))).toEqual([]);
  });

  it("has no picture when nothing was measured, and says so", () => {
    const path = join(folder, "nothing.json");
    writeFileSync(path, JSON.stringify(nothingMeasured()));
    expect(bench("report", path, "--format", "png", "--out", "none")).toMatchObject({ code: 2 });
    expect(bench("report", path, "--format", "html", "--out", "some")).toMatchObject({ code: 0 });
  });
});

describe("bench explain", () => {
  it("says in words what a saved run found, and the same as one JSON document", () => {
    const { code, out } = bench("explain", RESULT.id);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Asked {5}run --dag-size 100000\nAnswer {4}All that was measured was right/,
    );
    const json = JSON.parse(bench("explain", "--json").out) as { run: string; next: string[] };
    expect(json.run).toBe(RESULT.id);
    expect(json.next).toContain(`for the whole picture: bench report ${RESULT.id} --format html`);
  });
});

describe("bench list", () => {
  it("lists every scenario, one in full, and all of it as JSON", () => {
    const { code, out } = bench("list");
    expect(code).toBe(0);
    expect(out).toContain(
      "submit            How should a DAG's jobs and dependencies reach the queue?",
    );
    expect(bench("list", "submit").out).toContain("--chunk-size  rows per INSERT statement");
    const { scenarios } = JSON.parse(bench("list", "--json").out) as {
      scenarios: { name: string; defaultCells: number; parameters: { defaults: unknown[] }[] }[];
    };
    expect(scenarios.map(({ name }) => name)).toEqual(out.match(/^[a-z][a-z-]*(?= {2})/gm));
    const submit = scenarios.find(({ name }) => name === "submit");
    expect(submit?.defaultCells).toBe(18);
    expect(submit?.parameters.map(({ defaults }) => defaults)).toEqual([
      ["random"],
      [1000, 10_000],
      ["row", "values", "temp-table", "unnest", "appender"],
      [100, 1000, 5000],
    ]);
  });

  it("exits 2 for a scenario that it does not know", () => {
    expect(bench("list", "sumbit")).toMatchObject({ code: 2, out: "" });
  });
});
