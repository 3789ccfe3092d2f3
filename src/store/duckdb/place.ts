/** Where a queue lives: a file under our lock, memory, or a temporary file; taken at open, given back at close. */
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../../lib/errors.ts";
import { takeLock } from "./lock.ts";
import { takeScratch } from "./scratch.ts";

/** See the file's head. */
export interface Place {
  /** Absolute, links resolved; null for memory. */
  readonly file: string | null;
  giveBack(): void;
}

/** The path of a queue whose file is removed when it is closed. A file of that name is `./temp`. */
const TEMPORARY = "temp";

let inMemory = 0;

/** Takes a place for this process alone. @throws InputError, AlreadyOpenError */
export function takePlace(path: string): Place {
  if (path === TEMPORARY) return takeTemporary();
  const file = resolveDatabasePath(path);
  return file === null ? takeMemory() : { file, giveBack: takeLock(file) };
}

/**
 * The absolute path of a database, links resolved; null for one in memory. `:memory:name` is memory
 * too: it never becomes a file.
 *
 * @throws InputError when the folder does not exist
 */
export function resolveDatabasePath(path: string): string | null {
  if (path.startsWith(":memory:")) return null;
  if (path.trim() === "")
    throw new InputError("The path of the database is empty; name a file, :memory: or temp");
  const folder = resolve(dirname(path));
  if (!existsSync(folder))
    throw new InputError(`${path}: there is no folder ${folder}; create it first`);
  const file = join(realpathSync(folder), basename(path));
  return existsSync(file) ? realpathSync(file) : file;
}

function takeMemory(): Place {
  if (inMemory > 0) {
    process.emitWarning(
      "A second queue in memory was opened: it shares nothing with the first. Share one Queue object, or name a file",
      { code: "QUACKMARK_SECOND_MEMORY" },
    );
  }
  inMemory++;
  return {
    file: null,
    giveBack() {
      inMemory--;
    },
  };
}

function takeTemporary(): Place {
  const { folder, giveBack } = takeScratch();
  const file = join(realpathSync(folder), "queue.db");
  const unlock = takeLock(file);
  return {
    file,
    giveBack() {
      unlock();
      giveBack();
    },
  };
}
