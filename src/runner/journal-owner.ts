/** Keeps two processes from writing one journal: the one that does leaves its process id beside it. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, InputError } from "../lib/errors.ts";

const OWNER_FILE = "journal.pid";

/** @throws InputError while another process writes the journal of the folder */
export function refuseOwned(folder: string): void {
  const path = join(folder, OWNER_FILE);
  const owner = ownerOf(path);
  if (owner === null || owner === process.pid || !isAlive(owner)) return;
  throw new InputError(
    `${folder}: process ${owner} is still measuring there. Wait for it or stop it; if it is no bench, remove ${path}.`,
  );
}

/** From now on the journal of the folder is ours. A process that was killed has left its id; it owns nothing. */
export function ownJournal(folder: string): void {
  refuseOwned(folder);
  writeFileSync(join(folder, OWNER_FILE), `${process.pid}\n`);
}

/** Nobody writes the journal any more. */
export function disownJournal(folder: string): void {
  rmSync(join(folder, OWNER_FILE), { force: true });
}

/** Null where there is no such file, or nothing of use in it. */
function ownerOf(path: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(path, "utf8"), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process that is not ours to signal lives.
    return errnoOf(error) === "EPERM";
  }
}
