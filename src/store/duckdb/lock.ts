/**
 * One open per database file, per machine: DuckDB lets two instances of one process open the same
 * file and lose writes, so a lock file of our own stands beside it.
 */
import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { errnoOf, InputError, messageOf, QuackmarkError } from "../../lib/errors.ts";
import { isAlive, ownIdentity, type ProcessIdentity } from "./process-identity.ts";

/** The database is open elsewhere. */
export class AlreadyOpenError extends QuackmarkError {
  constructor(path: string, holder: string) {
    super(
      "ALREADY_OPEN",
      `${path} is already open by ${holder}; close that queue first, or share the one Queue object`,
    );
  }
}

interface Holder extends ProcessIdentity {
  /** Tells apart two openings by one process. */
  readonly token: string;
}

function readHolder(path: string): Holder | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof value === "object" && value !== null && "pid" in value && "token" in value
      ? (value as Holder)
      : null;
  } catch {
    return null;
  }
}

/** Takes nothing, and asks whether somebody holds the database. @throws AlreadyOpenError */
export function assertUnheld(databasePath: string): void {
  refuseIfAlive(readHolder(`${databasePath}.lock`), databasePath);
}

/** Takes the lock of a database; returns the function that gives it back. @throws AlreadyOpenError, InputError */
export function takeLock(databasePath: string): () => void {
  const lockPath = `${databasePath}.lock`;
  const token = randomUUID();
  const draft = `${lockPath}.${token}`;
  try {
    writeFileSync(draft, JSON.stringify({ ...ownIdentity(), token } satisfies Holder));
  } catch (cause) {
    throw new InputError(
      `${databasePath}: its folder cannot be written (${messageOf(cause)}); choose another path`,
      { cause },
    );
  }
  try {
    if (!linked(draft, lockPath)) takeOver(draft, lockPath, databasePath);
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (readHolder(lockPath)?.token === token) rmSync(lockPath, { force: true });
  };
}

/** False where the file is there already. */
function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    return false;
  }
}

/**
 * Replaces the lock of a process that is gone. Of several that try at once the one with the guard does it, so
 * that nobody replaces a lock that was taken over a moment ago.
 */
function takeOver(draft: string, lockPath: string, databasePath: string): void {
  refuseIfAlive(readHolder(lockPath), databasePath);
  const guard = `${lockPath}.takeover`;
  if (!linked(draft, guard)) {
    refuseIfAlive(readHolder(guard), databasePath);
    // A process died within the few steps below.
    rmSync(guard, { force: true });
    if (!linked(draft, guard)) throw new AlreadyOpenError(databasePath, "another process");
  }
  try {
    refuseIfAlive(readHolder(lockPath), databasePath);
    renameSync(draft, lockPath);
  } finally {
    rmSync(guard, { force: true });
  }
}

function refuseIfAlive(holder: Holder | null, databasePath: string): void {
  if (holder === null || !isAlive(holder)) return;
  const who = holder.pid === process.pid ? "this process" : `process ${holder.pid}`;
  throw new AlreadyOpenError(databasePath, who);
}
