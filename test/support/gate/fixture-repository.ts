/**
 * A git repository with an engine of its own, for tests of the gate: our engine behind a clock that only
 * its submit moves, so that every figure is exact and no test depends on the speed of a machine.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const DIST = new URL("../../../dist/", import.meta.url);

/** What an engine of the fixture is like. */
export interface FixtureEngine {
  /** What a submit takes, by the only clock there is. */
  readonly submitMs?: number;
  /** Statements that a submit sends more than ours. */
  readonly moreStatements?: number;
  /** Jobs that its audit finds missing. */
  readonly lostJobs?: number;
}

/** The source of an engine. */
function engineSource(engine: FixtureEngine): string {
  const { submitMs = 100, moreStatements = 0, lostJobs = 0 } = engine;
  return `import { Queue, auditFile as audit } from ${JSON.stringify(new URL("engine/index.js", DIST).href)};
let clockMs = 1;
performance.now = () => clockMs;
const submit = Queue.prototype.submit;
Queue.prototype.submit = async function (...args) {
  const receipt = await submit.apply(this, args);
  clockMs += ${submitMs};
  return { ...receipt, statements: receipt.statements + ${moreStatements} };
};
export { Queue };
export async function auditFile(path) {
  const found = await audit(path);
  return { ...found, jobs: found.jobs - ${lostJobs} };
}
`;
}

/** See the file's head. */
export class FixtureRepository {
  readonly folder: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "quackmark-fixture-"));
    this.#git("init", "--quiet", "--initial-branch=main");
    const scripts = { build: "node build.mjs" };
    const description = { name: "fixture", version: "1.0.0" };
    this.write("package.json", JSON.stringify({ ...description, type: "module", scripts }));
    this.write(
      "package-lock.json",
      JSON.stringify({ ...description, lockfileVersion: 3, packages: { "": description } }),
    );
    this.write(
      "build.mjs",
      'import { cpSync } from "node:fs";\ncpSync("src", "dist/engine", { recursive: true });\n',
    );
    this.write(".gitignore", "dist/\nresults/\ncache/\n");
  }

  /** Writes a file of the checkout. */
  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  }

  /** Commits an engine, or any source of one, and returns the commit. */
  commit(engine: FixtureEngine | string, message = "change"): string {
    this.write("src/index.js", typeof engine === "string" ? engine : engineSource(engine));
    this.#git("add", "--all");
    this.#git(
      "-c",
      "user.name=Test",
      "-c",
      "user.email=test@example.org",
      "commit",
      "--quiet",
      "--allow-empty",
      "--no-gpg-sign",
      `--message=${message}`,
    );
    return this.#git("rev-parse", "HEAD").trim();
  }

  /** Builds the checkout, as its user would before a gate. */
  build(): void {
    execFileSync(process.execPath, ["build.mjs"], { cwd: this.folder });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #git(...args: readonly string[]): string {
    return execFileSync("git", args, { cwd: this.folder, encoding: "utf8" });
  }
}
