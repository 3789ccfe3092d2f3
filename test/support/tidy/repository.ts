/** The files that a commit can hold, read once for the rules. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A file as the rules see it. */
export interface TextFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Pictures and databases have no lines. */
const BINARY = /\.(?:png|db|wal|ico|woff2?)$/;

/** Every text file of the repository, without what .gitignore leaves out; sorted by path. */
export function repositoryFiles(): readonly TextFile[] {
  const ignored = readFileSync(join(ROOT, ".gitignore"), "utf8").split("\n");
  const folders = [".git", ...ignored.filter((line) => line.endsWith("/"))].map((line) =>
    line.replace(/\/$/, ""),
  );
  return pathsBelow("", folders)
    .filter((path) => !BINARY.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

function pathsBelow(folder: string, ignored: readonly string[]): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    // In a worktree of git, .git is a file.
    if (ignored.includes(path)) return [];
    // A pattern without a leading folder holds at any depth: the peers have packages of their own.
    if (entry.isDirectory() && ignored.includes(entry.name)) return [];
    if (entry.isDirectory()) return pathsBelow(path, ignored);
    return entry.isFile() ? [path] : [];
  });
}
