/**
 * The build of another commit: a git worktree with an `npm ci` and a build of its own, kept by commit, so
 * that the second comparison with a base begins at once.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../lib/errors.ts";

/** Where in a checkout the built engine is. */
const ENGINE = join("dist", "engine");

/** Builds that are kept; the least recently used go first. */
const KEPT_BUILDS = 5;

/** A worktree takes seconds, an install or a build minutes; more is a hang. */
const GIT_LIMIT_MS = 120_000;
const NPM_LIMIT_MS = 600_000;

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** Of what npm prints, the end tells what went wrong. */
const KEPT_LINES = 12;

/** A build that can be measured. */
export interface BuiltCommit {
  readonly commit: string;
  /** Absolute path of its engine's folder. */
  readonly engine: string;
  /** Whether it was there already. */
  readonly cached: boolean;
}

/** The commit cannot be had or built; nothing can be compared with it. */
export class BaseBuildError extends Error {
  override readonly name = "BaseBuildError";
}

/** `$XDG_CACHE_HOME/quackmark`, by default below the home folder. */
export function defaultCacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "quackmark", "builds");
}

/** The root of the checkout around `folder`. @throws BaseBuildError outside of one */
export async function checkoutRoot(folder: string): Promise<string> {
  return await git(folder, "rev-parse", "--show-toplevel").catch((error: unknown) => {
    throw new BaseBuildError(
      `${folder} is in no git checkout (${lastLine(messageOf(error))}). Run this inside one.`,
      { cause: error },
    );
  });
}

/**
 * Builds the commit that `ref` names in the checkout at `root`, or finds it in `cache`. `tell` is told of
 * steps that take long. Nothing of a failed build is kept.
 *
 * @throws BaseBuildError for a ref that is none, and a commit that does not build
 */
export async function buildCommit(
  root: string,
  ref: string,
  cache: string,
  tell: (step: string) => void,
): Promise<BuiltCommit> {
  const commit = await commitOf(root, ref);
  const folder = join(cache, commit);
  const engine = join(folder, ENGINE);
  if (existsSync(join(engine, "index.js"))) {
    touch(folder);
    return { commit, engine, cached: true };
  }
  mkdirSync(cache, { recursive: true });
  // Built beside its place and moved there when it is whole: two commands may build at once.
  const draft = join(cache, `${commit}.${process.pid}`);
  try {
    tell(`checking out ${ref} (${commit.slice(0, 7)})`);
    await git(root, "worktree", "add", "--force", "--detach", draft, commit);
    await install(draft, ref, tell);
    rmSync(folder, { recursive: true, force: true });
    await git(root, "worktree", "prune");
    await git(root, "worktree", "move", draft, folder);
  } catch (error) {
    await removeWorktree(root, draft);
    if (error instanceof BaseBuildError) throw error;
    throw new BaseBuildError(`${ref} cannot be checked out: ${lastLine(messageOf(error))}`, {
      cause: error,
    });
  }
  await forgetOldBuilds(root, cache, commit);
  return { commit, engine, cached: false };
}

async function commitOf(root: string, ref: string): Promise<string> {
  // A ref that begins with a hyphen would be read as an option.
  const spec = `${ref}^{commit}`;
  return await git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", spec).catch(
    (error: unknown) => {
      throw new BaseBuildError(
        `${ref} is no commit of this checkout. Fetch it first; in CI, check out with fetch-depth: 0.`,
        { cause: error },
      );
    },
  );
}

/** A build that was used is the last to be removed: a file that comes and goes renews the folder's time. */
function touch(folder: string): void {
  const mark = join(folder, `.used-${process.pid}`);
  writeFileSync(mark, "");
  rmSync(mark);
}

async function install(folder: string, ref: string, tell: (step: string) => void): Promise<void> {
  tell(`installing ${ref}: npm ci`);
  await npm(folder, ref, "ci", "--no-audit", "--no-fund");
  const index = join(folder, ENGINE, "index.js");
  // An install builds too where the package has a prepare script.
  if (!existsSync(index)) {
    tell(`building ${ref}: npm run build`);
    await npm(folder, ref, "run", "build");
  }
  if (existsSync(index)) return;
  throw new BaseBuildError(
    `${ref} builds no ${ENGINE}/index.js: it does not fit this harness. Compare with a newer base.`,
  );
}

async function npm(folder: string, ref: string, ...args: readonly string[]): Promise<void> {
  // On Windows npm is a script, which needs its extension.
  const program = process.platform === "win32" ? "npm.cmd" : "npm";
  try {
    await promisify(execFile)(program, args, {
      cwd: folder,
      env: withoutGit(),
      timeout: NPM_LIMIT_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
    });
  } catch (error) {
    const output = outputOf(error).trim().split("\n").slice(-KEPT_LINES).join("\n");
    throw new BaseBuildError(`${ref} does not build: npm ${args.join(" ")} failed:\n${output}`, {
      cause: error,
    });
  }
}

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", ["-C", folder, ...args], {
    env: withoutGit(),
    timeout: GIT_LIMIT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  return stdout.trim();
}

/** Within a git hook, these variables would point git at the hook's repository. */
function withoutGit(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")),
  );
}

async function forgetOldBuilds(root: string, cache: string, keep: string): Promise<void> {
  const builds = readdirSync(cache, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[0-9a-f]{40,64}$/.test(entry.name))
    .map(({ name }) => ({ name, usedMs: statSync(join(cache, name)).mtimeMs }))
    .sort((a, b) => b.usedMs - a.usedMs);
  for (const { name } of builds.slice(KEPT_BUILDS)) {
    if (name !== keep) await removeWorktree(root, join(cache, name));
  }
}

/** Also for a folder that git does not know, or not any more. */
async function removeWorktree(root: string, folder: string): Promise<void> {
  await git(root, "worktree", "remove", "--force", folder).catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
  await git(root, "worktree", "prune").catch(() => undefined);
}

function outputOf(error: unknown): string {
  const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
  return `${stdout}\n${stderr}`.trim() || messageOf(error);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
