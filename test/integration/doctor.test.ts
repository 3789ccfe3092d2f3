/** `bench doctor` as people type it. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-doctor-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function doctor(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN, "doctor", ...args],
      { cwd: folder },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

test("one JSON document tells the environment and every check, and nothing is left behind", async () => {
  const { code, stdout, stderr } = await doctor("--json");
  expect([code, stderr]).toEqual([0, ""]);
  const { schemaVersion, environment, verdict, checks } = JSON.parse(stdout);
  expect(schemaVersion).toBe(1);
  expect(environment.node).toBe(process.versions.node);
  expect(["ok", "warn", "bad"]).toContain(verdict);
  expect(checks.map(({ name }: { name: string }) => name)).toEqual([
    "cpu-pressure",
    "steal",
    "load",
    "timers",
    "governor",
    "power",
    "cpu-quota",
    "fsync",
    "file-system",
    "disk-free",
    "memory-free",
    "swap",
    "cores",
    "node",
    "node-options",
  ]);
  expect(readdirSync(folder)).toEqual([]);
});

test("a line for each check, and a conclusion", async () => {
  const { stdout } = await doctor();
  expect(stdout).toMatch(/^ok +node +20\./m);
  expect(stdout).toMatch(/(?:will spoil numbers here|Fit to measure.*)\.\n$/);
  expect(stdout).not.toContain("\u001b[");
});

test("a folder that cannot be written is bad input", async () => {
  writeFileSync(join(folder, "file"), "");
  for (const out of ["gone", "file"]) {
    const { code, stdout, stderr } = await doctor("--out", out);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(new RegExp(`^bench: --out ${out}: cannot be written .*\n$`));
  }
});
