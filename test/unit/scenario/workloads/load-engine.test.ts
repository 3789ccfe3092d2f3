/** The engine as a folder: ours by default, another build by its path, and words for what does not fit. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BUNDLE, loadEngine } from "../../../../src/scenario/workloads/load-engine.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quackmark-engine-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function build(index: string, lab = ""): string {
  const engine = join(folder, "engine");
  mkdirSync(engine, { recursive: true });
  writeFileSync(join(engine, "index.js"), index);
  if (lab !== "") writeFileSync(join(engine, "lab.js"), lab);
  return engine;
}

test("loads our own engine and its parts where no folder is named", async () => {
  const engine = await loadEngine(null);
  expect(engine.folder).toBeNull();
  expect(engine.Queue.name).toBe("Queue");
  expect((await engine.lab()).NumberHeap.name).toBe("NumberHeap");
});

test("loads another build, and its parts from the same folder", async () => {
  const path = build(
    "export class Queue { static open() { return 'theirs'; } }\nexport const auditFile = () => 7;",
    "export class NumberHeap { theirs = true }",
  );
  const engine = await loadEngine(path);
  expect(engine.folder).toBe(path);
  expect(engine.Queue.open({ path: "x" })).toBe("theirs");
  expect(new (await engine.lab()).NumberHeap()).toEqual({ theirs: true });
});

test("takes the bundle of a build that has one", async () => {
  const path = build("throw new Error('the modules are read too');");
  mkdirSync(join(path, BUNDLE));
  writeFileSync(
    join(path, BUNDLE, "index.js"),
    "export class Queue { static open() { return 'whole'; } }\nexport const auditFile = () => 7;",
  );
  expect((await loadEngine(path)).Queue.open({ path: "x" })).toBe("whole");
});

test.each([
  ["export const auditFile = () => 1;", "it exports no Queue.open"],
  ["export class Queue { static open() {} }", "it exports no auditFile"],
  ["import 'not-installed';", "index.js cannot be loaded (Cannot find package 'not-installed'"],
])("says what does not fit in %j", async (index, what) => {
  await expect(loadEngine(build(index))).rejects.toThrow(
    expect.objectContaining({ code: "ENGINE_MISFIT", message: expect.stringContaining(what) }),
  );
});

test("says that parts are missing only when they are asked for", async () => {
  const engine = await loadEngine(
    build("export class Queue { static open() {} }\nexport const auditFile = () => 1;"),
  );
  await expect(engine.lab()).rejects.toThrow(/lab\.js cannot be loaded/);
});
