/** K1: the one configuration, its profiles and its file. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ConfigError } from "../../../src/lib/errors.ts";
import { resolveConfig, SETTINGS } from "../../../src/model/config.ts";
import { namedSettings, readConfigFile } from "../../../src/model/config-file.ts";
import { PROFILES, type ProfileName } from "../../../src/model/profiles.ts";

let path: string;

beforeAll(() => {
  path = join(mkdtempSync(join(tmpdir(), "quackmark-config-")), "quackmark.config.json");
});

afterAll(() => {
  rmSync(path, { force: true });
});

it("K1: a file with six wrong values is refused with all six, and the file's name", () => {
  const wrong = {
    profile: "staging",
    claimBatch: 0,
    drainMs: "soon",
    timeoutMs: 1.5,
    priority: 50,
    maxAttempts: null,
    leaseMs: -1,
  };
  writeFileSync(path, JSON.stringify(wrong));
  let error: unknown;
  try {
    readConfigFile(path);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ConfigError);
  const { problems, message } = error as ConfigError;
  expect(message.startsWith(`${path} is not valid:\n`)).toBe(true);
  const names = problems.map((line) => line.split(":")[0]);
  expect(names.toSorted()).toEqual(Object.keys(wrong).toSorted());
});

it("K1: a profile names settings, and what stands beside it wins", () => {
  writeFileSync(path, '{"profile": "ci", "pollIntervalMs": 50}');
  const config = resolveConfig(readConfigFile(path));
  expect([config.pollIntervalMs, config.retryJitterPct, config.claimBatch]).toEqual([
    50,
    0,
    SETTINGS.claimBatch.default,
  ]);
  expect(namedSettings(readConfigFile(path))).toEqual({ ...PROFILES.ci, pollIntervalMs: 50 });
});

it("K1: every profile is valid, and says only what differs from the defaults", () => {
  for (const profile of Object.keys(PROFILES) as ProfileName[]) {
    resolveConfig({ profile });
    for (const [name, value] of Object.entries(PROFILES[profile]))
      expect(value).not.toBe(SETTINGS[name as keyof typeof SETTINGS].default);
  }
});

it("K1: what is no JSON object, or not there, is told with its path", () => {
  expect(() => readConfigFile(`${path}.gone`)).toThrow(
    `${path}.gone: no configuration can be read`,
  );
  writeFileSync(path, "{");
  expect(() => readConfigFile(path)).toThrow(`${path}: no configuration can be read`);
  writeFileSync(path, "[1]");
  expect(() => readConfigFile(path)).toThrow(`${path}: a configuration is a JSON object`);
});
