/** Builds a copy of the project with a fault in it, in a folder that no version control sees. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { InputError } from "../../lib/errors.ts";
import { BUNDLE } from "../../scenario/workloads/load-engine.ts";
import { applyEdit, type Mutant } from "./mutant.ts";

/** Where mutants can be built: a checkout with its development packages. */
export interface Checkout {
  readonly root: string;
  readonly mutants: string;
}

/** @throws InputError where this is an installed package, not a checkout */
export function findCheckout(): Checkout {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const mutants = join(root, "test", "mutants");
  if (existsSync(mutants) && existsSync(join(root, "src")) && existsSync(join(root, "dist")))
    return { root, mutants };
  throw new InputError(
    "--mutants changes the source, so it works in a checkout only: clone the repository, run npm ci, and call bench there",
  );
}

/** The part of the compiler that is used: it drops types and leaves the rest. */
interface Transpiler {
  readonly ModuleKind: { readonly ESNext: number };
  readonly ScriptTarget: { readonly ES2023: number };
  transpileModule(source: string, options: object): { readonly outputText: string };
}

/** Builds a mutant; returns the address of its `dist/`. @throws Error for a patch that does not apply any more */
export function buildMutant({ root }: Checkout, mutant: Mutant): URL {
  const target = join(root, "node_modules", ".cache", "mutants", mutant.id);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  // A bundle holds the code without the fault.
  const filter = (from: string): boolean => basename(from) !== BUNDLE;
  cpSync(join(root, "dist"), join(target, "dist"), { recursive: true, filter });
  writeFileSync(join(target, "package.json"), '{ "type": "module" }\n');
  const sources = new Map<string, string>();
  for (const edit of mutant.edits) {
    const source = sources.get(edit.file) ?? readFileSync(join(root, edit.file), "utf8");
    const changed = applyEdit(source, edit);
    if (changed === null)
      throw new Error(
        `${mutant.id}: its lines are not exactly once in ${edit.file}; mend the patch`,
      );
    sources.set(edit.file, changed);
  }
  const compiler = createRequire(join(root, "package.json"))("typescript") as Transpiler;
  for (const [file, source] of sources) {
    const built = join(target, file.replace(/^src/, "dist").replace(/\.ts$/, ".js"));
    mkdirSync(dirname(built), { recursive: true });
    writeFileSync(built, transpiled(compiler, source));
  }
  return pathToFileURL(`${join(target, "dist")}/`);
}

function transpiled(compiler: Transpiler, source: string): string {
  const compilerOptions = {
    target: compiler.ScriptTarget.ES2023,
    module: compiler.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    rewriteRelativeImportExtensions: true,
  };
  return compiler.transpileModule(source, { compilerOptions }).outputText;
}
