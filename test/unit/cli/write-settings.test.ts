/** The settings file: extended, never spoilt. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { proveWritable, writeSettings } from "../../../src/cli/write-settings.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "settings-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FILE = "quackmark.config.json";

test("tuned settings replace those of the file and leave the others alone", async () => {
  writeFileSync(join(folder, FILE), '{"claimBatch": 5, "concurrency": 7}');
  expect(await writeSettings(folder, { claimBatch: 300, valuesThreshold: 20 })).toBe(
    `wrote claimBatch, valuesThreshold to ${FILE}`,
  );
  expect(JSON.parse(readFileSync(join(folder, FILE), "utf8"))).toEqual({
    claimBatch: 300,
    concurrency: 7,
    valuesThreshold: 20,
  });
  expect(readdirSync(folder)).toEqual([FILE]);
});

test("where nothing should change nothing is written", async () => {
  expect(await writeSettings(folder, {})).toContain("not written");
  expect(readdirSync(folder)).toEqual([]);
});

test.each(["[1]", "{", "7"])("a file with %j is refused and left alone", async (text) => {
  writeFileSync(join(folder, FILE), text);
  expect(() => proveWritable(folder)).toThrow(/cannot be extended/);
  await expect(writeSettings(folder, { claimBatch: 300 })).rejects.toThrow(
    /Mend it or move it away/,
  );
  expect(readFileSync(join(folder, FILE), "utf8")).toBe(text);
});
