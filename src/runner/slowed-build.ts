/** Mutants for the selftest: copies of our own build whose submit is slower by a known share. */
import { cpSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { entryFile } from "../scenario/workloads/load-engine.ts";

/** Built JavaScript, also when this runs from its sources. */
const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

/** The folders that an engine consists of. */
const ENGINE_PARTS = ["engine", "store", "model", "lib"] as const;

/** What the unchanged entry is called in a slowed copy. */
const QUICK = "quick.js";

/**
 * Copies our build into `folder`, which must not exist, and changes the copy so that every
 * submit takes `share` longer than it would (0.1 is 10 %; 0 is an unchanged copy). The time is spent on
 * the CPU, as slower code spends it. Returns the folder of the copy's engine.
 */
export function slowedBuild(folder: string, share: number): string {
  const dist = join(folder, "dist");
  mkdirSync(dist, { recursive: true });
  for (const part of ENGINE_PARTS) cpSync(join(DIST, part), join(dist, part), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  symlinkSync(installedModules(), join(folder, "node_modules"));
  const engine = join(dist, "engine");
  if (share > 0) slowDown(entryFile(engine, "index.js"), share);
  return engine;
}

/** Puts a module that slows `submit` down in the place of the entry, which it passes on. */
function slowDown(entry: string, share: number): void {
  renameSync(entry, join(dirname(entry), QUICK));
  writeFileSync(
    entry,
    `import { Queue } from "./${QUICK}";
export * from "./${QUICK}";
const quick = Queue.prototype.submit;
Queue.prototype.submit = async function (...args) {
  const startMs = performance.now();
  const receipt = await quick.apply(this, args);
  const endMs = performance.now() + (performance.now() - startMs) * ${share};
  while (performance.now() < endMs);
  return receipt;
};
`,
  );
}

/** The folder in which our dependencies are installed. */
function installedModules(): string {
  const file = createRequire(import.meta.url).resolve("@duckdb/node-api");
  return file.slice(0, file.lastIndexOf(join("node_modules", "@duckdb")) + "node_modules".length);
}
