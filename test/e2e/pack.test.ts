/** The package as a stranger gets it: packed, installed in an empty folder, run and imported there. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const INSTALL_MS = 240_000;
let folder: string;

async function inFolder(
  program: string,
  ...args: string[]
): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(program, args, { cwd: folder, maxBuffer: 2 ** 26 });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-pack-"));
  // The build is the checkout's own: `npm ci` made it.
  const packed = await promisify(execFile)(
    "npm",
    ["pack", "--ignore-scripts", "--json", "--pack-destination", folder],
    { cwd: ROOT },
  );
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  writeFileSync(
    join(folder, "package.json"),
    '{ "name": "stranger", "private": true, "type": "module" }',
  );
  await inFolder(
    "npm",
    "install",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    join(folder, filename),
  );
}, INSTALL_MS);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("the packed package, installed in an empty folder", () => {
  it("measures and checks, with or without the optional chart packages", async () => {
    const { stdout } = await inFolder(
      process.execPath,
      join(folder, "node_modules", "quackmark", "dist", "cli", "main.js"),
      ..."run submit --dag-size 20 --strategy appender --trials 1 --json".split(" "),
    );
    const result = JSON.parse(stdout) as { verdict: string; cells: { status: string }[] };
    expect(result.verdict).toBe("ok");
    expect(result.cells.map(({ status }) => status)).toEqual(["ok"]);
  });

  it("is imported as an engine", async () => {
    writeFileSync(
      join(folder, "hello.js"),
      `import { Queue } from "quackmark/engine";
const queue = await Queue.open({ path: ":memory:" });
queue.task("greet", ({ name }) => "hello " + name);
const { runId } = await queue.submit({ nodes: [{ task: "greet", args: { name: "world" } }] });
queue.worker().start();
await queue.waitForRun(runId);
console.log((await queue.sql("SELECT payload FROM job_state"))[0].payload);
await queue.close();
`,
    );
    expect((await inFolder(process.execPath, "hello.js")).stdout).toBe('"hello world"\n');
  });
});
