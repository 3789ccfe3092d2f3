/**
 * Joins the trial program and the engine that it loads into few files: `npm run build` runs it after the compiler.
 *
 *   tsx scripts/build-bundles.ts
 *
 * Every trial is a new process, and reading two hundred modules takes it longer than its work: the built modules stay
 * for everybody else. `folder/name.js` becomes `folder/bundle/name.js`; what is loaded late becomes a file of its own.
 */
import { readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { BUNDLE } from "../src/scenario/workloads/load-engine.ts";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));

/** A module finds its neighbours by its own place, which is no longer the file's. */
function keepPlaces(bundle: string): Plugin {
  return {
    name: "keep-places",
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.js$/ }, async ({ path }) => {
        const place = JSON.stringify(relative(bundle, path));
        const text = await readFile(path, "utf8");
        return {
          contents: text.replaceAll("import.meta.url", `new URL(${place}, import.meta.url).href`),
        };
      });
    },
  };
}

async function bundle(folder: string, ...names: readonly string[]): Promise<void> {
  const from = join(DIST, folder);
  const to = join(from, BUNDLE);
  await rm(to, { recursive: true, force: true });
  await build({
    entryPoints: Object.fromEntries(names.map((name) => [name, join(from, `${name}.js`)])),
    outdir: to,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    // Packages are loaded from where they are installed.
    packages: "external",
    plugins: [keepPlaces(to)],
    logLevel: "warning",
  });
}

await bundle("engine", "index", "lab");
await bundle("runner", "trial");
