/**
 * One open per database file, per machine: DuckDB lets two instances of one process open the same
 * file and lose writes, so a lock file of our own stands beside it.
 */
import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { errnoOf, QuackmarkError } from "../../lib/errors.ts";

/** The database is open elsewhere. */
export class AlreadyOpenError extends QuackmarkError {
  constructor(path: string, holder: string) {
    super(
      "ALREADY_OPEN",
      `${path} is already open by ${holder}; close that queue first, or share the one Queue object`,
    );
  }
}

interface Holder {
  readonly pid: number;
  readonly startedAt: string | null;
  readonly bootId: string | null;
  readonly token: string;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** When a process started, in kernel ticks; tells a process from a later one of the same pid. Null where the system does not say. */
function processStart(pid: number): string | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  return stat === null ? null : (stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null);
}

function bootId(): string | null {
  return readOrNull("/proc/sys/kernel/random/boot_id")?.trim() ?? null;
}

function isAlive(holder: Holder): boolean {
  if (holder.bootId !== bootId()) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (errnoOf(error) === "ESRCH") return false;
  }
  return holder.startedAt === processStart(holder.pid);
}

function parseHolder(text: string | null): Holder | null {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return typeof value === "object" && value !== null && "pid" in value && "token" in value
      ? (value as Holder)
      : null;
  } catch {
    return null;
  }
}

/** Takes the lock of a database; returns the function that gives it back. @throws AlreadyOpenError */
export function takeLock(databasePath: string): () => void {
  const lockPath = `${databasePath}.lock`;
  const token = randomUUID();
  const own: Holder = {
    pid: process.pid,
    startedAt: processStart(process.pid),
    bootId: bootId(),
    token,
  };
  const draft = `${lockPath}.${token}`;
  writeFileSync(draft, JSON.stringify(own));
  try {
    linkOrTakeOver(draft, lockPath, databasePath);
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (parseHolder(readOrNull(lockPath))?.token === token) rmSync(lockPath, { force: true });
  };
}

function linkOrTakeOver(draft: string, lockPath: string, databasePath: string): void {
  try {
    linkSync(draft, lockPath);
    return;
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
  }
  const holder = parseHolder(readOrNull(lockPath));
  if (holder !== null && isAlive(holder)) {
    throw new AlreadyOpenError(
      databasePath,
      holder.pid === process.pid ? "this process" : `process ${holder.pid}`,
    );
  }
  renameSync(draft, lockPath);
}
