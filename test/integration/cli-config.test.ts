/** K1: `bench` with a `quackmark.config.json` in the working directory, and the library without. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Queue, SETTINGS } from "../../src/engine/index.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { readResult } from "../../src/results/result-file.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const CELL = ["run", "retry-storm", "--jobs", "20", "--failures", "1", "--workers", "1"];
const MORE = ["--concurrency", "10", "--claim-batch", "10", "--wake", "notify", "--trials", "1"];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-cli-config-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function configure(config: unknown): void {
  writeFileSync(join(folder, "quackmark.config.json"), JSON.stringify(config));
}

function bench(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

it("K1: a file with six wrong values ends the command before it measures, with all six, exit 2", () => {
  const wrong = {
    claimBatch: 0,
    drainMs: "soon",
    timeoutMs: 1.5,
    prio: 1,
    leaseMs: -1,
    threads: 0,
  };
  configure(wrong);
  const { code, out, err } = bench(...CELL, ...MORE);
  expect([code, out]).toEqual([2, ""]);
  const lines = err.trimEnd().split("\n");
  expect(lines[0]).toBe("bench: quackmark.config.json is not valid:");
  const names = lines.slice(1).map((line) => /^ {2}- (\w+):/.exec(line)?.[1] ?? "");
  expect(names.toSorted()).toEqual(Object.keys(wrong).toSorted());
  expect(readdirSync(folder)).toEqual(["quackmark.config.json"]);
});

it("K1: the settings reach every trial and the result; a flag of the scenario wins", async () => {
  // No job's args are so short: the trial fails, so the setting was in force.
  configure({ argsMaxBytes: 1 });
  const failed = bench(...CELL, ...MORE, "--backoff", "0", "--out", "failed");
  expect(failed.err).toContain("bench: quackmark.config.json sets argsMaxBytes");
  const [cell] = (await readResult(join(folder, "failed", "result.json"))).cells;
  expect([failed.code, cell?.status]).toEqual([7, "failed"]);

  // An hour between tries would cut the trial; the cell's own backoff wins.
  configure({ profile: "ci", retryBackoffMs: 3_600_000, retryBackoffMaxMs: 3_600_000 });
  const { code, out, err } = bench(
    ...CELL,
    ...MORE,
    "--backoff",
    "0",
    "--out",
    "out",
    "--format",
    "markdown",
  );
  expect([code, err.includes("failed")]).toEqual([0, false]);
  const result = await readResult(join(folder, "out", "result.json"));
  expect(result.configured).toMatchObject({ pollIntervalMs: 100, retryBackoffMs: 3_600_000 });
  // What is measured is counted afterwards: nothing is purged in a trial.
  expect(result.config).toMatchObject({ pollIntervalMs: 100, retentionMs: 0, claimBatch: 1_000 });
  expect(out).toContain("pollIntervalMs 100");
  expect(renderMarkdown(result)).toContain("by quackmark.config.json; flags win over it");
  expect(bench("explain", join(folder, "out")).out).toContain("by quackmark.config.json");
}, 60_000);

it("K1: the library reads a file only where `config` names it", async () => {
  configure({ claimBatch: 7 });
  const plain = await Queue.open({ path: "temp" });
  expect(plain.config.claimBatch).toBe(SETTINGS.claimBatch.default);
  await plain.close();
  const named = await Queue.open({ path: "temp", config: join(folder, "quackmark.config.json") });
  expect(named.config.claimBatch).toBe(7);
  await named.close();
  const wrong = Queue.open({ path: "temp", config: join(folder, "gone.json") });
  await expect(wrong).rejects.toMatchObject({ code: "BAD_INPUT" });
});
