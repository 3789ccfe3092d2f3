import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InputError } from "../../../src/lib/errors.ts";
import { checkoutState, fingerprintOf, readEnvironment } from "../../../src/results/environment.ts";
import { environmentSchema } from "../../../src/results/result.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-environment-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("the environment of a run", () => {
  test("names this machine and this build, and leaves nothing in the folder", async () => {
    const environment = environmentSchema.parse(await readEnvironment(folder));
    const packageFile = new URL("../../../package.json", import.meta.url);
    const { version, dependencies } = JSON.parse(readFileSync(packageFile, "utf8"));
    expect(environment.quackmark).toBe(version);
    expect(environment.node).toBe(process.versions.node);
    expect(environment.platform).toBe(`${process.platform} ${process.arch}`);
    expect(environment.duckdb).toBe(dependencies["@duckdb/node-api"].split("-")[0]);
    expect(environment.fsyncMs).toBeGreaterThan(0);
    expect(environment.fingerprint).toBe(fingerprintOf(environment));
    expect(readdirSync(folder)).toEqual([]);
  });

  test("of a folder that does not exist names the folder", async () => {
    const missing = join(folder, "missing");
    const reading = readEnvironment(missing);
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(`Cannot write in ${missing}: `);
  });
});

describe("a fingerprint", () => {
  const machine = { cpu: "a", cores: 2, platform: "linux x64", node: "20.20.2", duckdb: "1.5.6" };

  test("is sixteen hexadecimal digits, the same for the same machine", () => {
    expect(fingerprintOf(machine)).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprintOf({ ...machine })).toBe(fingerprintOf(machine));
  });

  test.each([
    { cpu: "b" },
    { cores: 4 },
    { platform: "darwin arm64" },
    { node: "22.1.0" },
    { duckdb: "1.5.7" },
  ])("changes with %j", (change) => {
    expect(fingerprintOf({ ...machine, ...change })).not.toBe(fingerprintOf(machine));
  });
});

describe("the state of a checkout", () => {
  const git = (...command: string[]): string =>
    execFileSync("git", ["-C", folder, ...command], {
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_SYSTEM: "/dev/null",
        GIT_AUTHOR_NAME: "Test",
        GIT_AUTHOR_EMAIL: "test@example.org",
        GIT_COMMITTER_NAME: "Test",
        GIT_COMMITTER_EMAIL: "test@example.org",
      },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();

  function commitOneFile(): string {
    git("init", "--quiet");
    writeFileSync(join(folder, "file.txt"), "first\n");
    git("add", ".");
    git("commit", "--quiet", "--message", "First");
    return git("rev-parse", "HEAD");
  }

  test("is its commit, clean", async () => {
    const commit = commitOneFile();
    expect(await checkoutState(folder)).toEqual({ commit, dirty: false });
  });

  test("is dirty after a change and with a new file", async () => {
    const commit = commitOneFile();
    writeFileSync(join(folder, "file.txt"), "second\n");
    expect(await checkoutState(folder)).toEqual({ commit, dirty: true });
    git("checkout", "--quiet", ".");
    writeFileSync(join(folder, "new.txt"), "");
    expect(await checkoutState(folder)).toEqual({ commit, dirty: true });
  });

  test("is unknown outside a checkout, before its first commit and below its top", async () => {
    const unknown = { commit: null, dirty: false };
    expect(await checkoutState(folder)).toEqual(unknown);
    git("init", "--quiet");
    expect(await checkoutState(folder)).toEqual(unknown);
    commitOneFile();
    const below = join(folder, "node_modules");
    mkdirSync(below);
    expect(await checkoutState(below)).toEqual(unknown);
  });

  test("is that of the folder, whatever a git hook has in its variables", async () => {
    const commit = commitOneFile();
    process.env["GIT_DIR"] = join(folder, "elsewhere");
    try {
      expect(await checkoutState(folder)).toEqual({ commit, dirty: false });
    } finally {
      delete process.env["GIT_DIR"];
    }
  });
});
