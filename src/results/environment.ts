/** Where a run was measured: machine, versions, checkout and disk. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { InputError, messageOf } from "../lib/errors.ts";
import { median } from "../stats/summary.ts";
import type { Environment } from "./result.ts";

/** An odd number, so that the median is one of them; on a slow disk they take a quarter of a second. */
const FSYNCS = 9;
const FSYNC_WRITE_BYTES = 4096;

/** A `git` that takes longer (a network file system, a lock) tells nothing. */
const GIT_LIMIT_MS = 5000;

/** The folder of the package, from the sources and from the build alike. */
const PACKAGE_FOLDER = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Describes this machine and build, and times fsync in `folder`, which must exist: the databases'
 * folder. Takes tens of milliseconds. Throws an {@link InputError} when the folder cannot be
 * written.
 */
export async function readEnvironment(folder: string): Promise<Environment> {
  const machine = {
    cpu: cpus()[0]?.model.trim() || "unknown",
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    duckdb: await duckdbVersion(),
  };
  return {
    ...machine,
    memoryBytes: memoryBytes(),
    quackmark: await packageVersion(),
    ...(await checkoutState(PACKAGE_FOLDER)),
    fsyncMs: await measureFsyncMs(folder),
    fingerprint: fingerprintOf(machine),
  };
}

/** The fields of an environment that make numbers comparable. */
export type ComparableFields = Pick<Environment, "cpu" | "cores" | "platform" | "node" | "duckdb">;

/** A short hash of the comparable fields: equal fingerprints, comparable numbers. */
export function fingerprintOf(fields: ComparableFields): string {
  const { cpu, cores, platform, node, duckdb } = fields;
  const text = JSON.stringify([cpu, cores, platform, node, duckdb]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/**
 * The commit of the checkout whose top folder is `folder`, and whether anything there differs from
 * it. A package installed below another project's checkout has no commit of its own: null.
 */
export async function checkoutState(
  folder: string,
): Promise<Pick<Environment, "commit" | "dirty">> {
  try {
    const top = (await git(folder, "rev-parse", "--show-toplevel")).trim();
    if (realpathSync(top) !== realpathSync(folder)) return { commit: null, dirty: false };
    const commit = (await git(folder, "rev-parse", "--verify", "HEAD")).trim();
    const changes = await git(folder, "status", "--porcelain");
    return { commit, dirty: changes !== "" };
  } catch {
    // No git, no checkout, no commit yet: none of them keeps a run from being measured.
    return { commit: null, dirty: false };
  }
}

async function git(folder: string, ...command: readonly string[]): Promise<string> {
  // Within a git hook, these variables would point git at the hook's repository.
  const names = Object.keys(process.env).filter((name) => !name.startsWith("GIT_"));
  const env = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  const { stdout } = await promisify(execFile)("git", ["-C", folder, ...command], {
    env,
    timeout: GIT_LIMIT_MS,
  });
  return stdout;
}

/** The version of the DuckDB library in use. Loaded late: the CLI reads results without it. */
async function duckdbVersion(): Promise<string> {
  const { default: duckdb } = await import("@duckdb/node-bindings");
  return duckdb.library_version().replace(/^v/, "");
}

async function packageVersion(): Promise<string> {
  const text = await readFile(join(PACKAGE_FOLDER, "package.json"), "utf8");
  const { version }: { version: string } = JSON.parse(text);
  return version;
}

/** What this process may use: the machine's memory, or the container's share of it. */
function memoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Median time of one fsync after a small write at the end of a file. */
async function measureFsyncMs(folder: string): Promise<number> {
  let scratch: string | undefined;
  try {
    scratch = await mkdtemp(join(folder, ".fsync-"));
    const file = await open(join(scratch, "probe"), "w");
    try {
      const timesMs: number[] = [];
      for (let i = 0; i < FSYNCS; i++) {
        await file.write(Buffer.alloc(FSYNC_WRITE_BYTES, i + 1));
        const start = performance.now();
        await file.sync();
        timesMs.push(performance.now() - start);
      }
      return median(timesMs);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new InputError(
      `Cannot write in ${folder}: ${messageOf(error)}. Give a folder that exists, is writable and has room.`,
      { cause: error },
    );
  } finally {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
  }
}
