/** Every program of examples/ as a newcomer runs it: a process of its own on the built package, its output compared. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const programs = readdirSync(`${ROOT}/examples`).filter((name) => name.endsWith(".ts"));

it("examples/README.md names every program", () => {
  const text = readFileSync(`${ROOT}/examples/README.md`, "utf8");
  const named = [...text.matchAll(/^\| \[[\w-]+\]\(([\w-]+\.ts)\)/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(programs.toSorted());
});

it.each(programs)("examples/%s prints what stands beside it, and ends well", (program) => {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", `examples/${program}`],
    { cwd: ROOT, encoding: "utf8" },
  );
  expect([status, signal, stderr]).toEqual([0, null, ""]);
  const expected = readFileSync(`${ROOT}/examples/${program.replace(/\.ts$/, ".txt")}`, "utf8");
  expect(stdout).toBe(expected);
});
