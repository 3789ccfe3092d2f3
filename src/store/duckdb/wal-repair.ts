/**
 * A log that is damaged: both files are copied aside, and the log is cut behind its last commit that is whole.
 *
 * A log that merely ends in the middle of a commit is not damaged: its process was killed before the commit
 * was acknowledged, and DuckDB cuts that off by itself.
 */
import { copyFileSync, existsSync, truncateSync } from "node:fs";
import { QuackmarkError } from "../../lib/errors.ts";
import type { Repair } from "../store.ts";
import { scanWal, type WalScan } from "./wal.ts";

/** How DuckDB names the entry that it cannot replay; the byte is behind the entry's head. */
const CORRUPT = /Corrupt WAL file: entry at byte position (\d+)/;
const ENTRY_HEAD_BYTES = 16;
/** The log is of another database, or is none. */
const FOREIGN = /WAL does not match database file/;

/**
 * Looks at the log of a database that is about to be opened, under our lock.
 *
 * @throws QuackmarkError for a log without its database, or a file that is no log
 */
export function checkWal(file: string, nowMs: number): Repair | null {
  const wal = `${file}.wal`;
  if (!existsSync(wal)) return null;
  if (!existsSync(file)) throw walWithoutDatabase(file);
  const scan = scanWal(wal);
  if (!scan.isLog) throw damaged(file, "is no log of a database, and opening would delete it");
  return scan.lostCommits > 0 ? cut(file, scan, nowMs) : null;
}

/**
 * Looks at the log of a database that is about to be read, and changes nothing.
 *
 * @throws QuackmarkError for a log that only a repair makes readable, without its database, or that is none
 */
export function assertWholeWal(file: string): void {
  const wal = `${file}.wal`;
  if (!existsSync(wal)) return;
  const scan = scanWal(wal);
  if (!scan.isLog) throw damaged(file, "is no log of a database, and opening would delete it");
  if (scan.lostCommits > 0) throw needsRepair(file);
}

/** What DuckDB's error at a read-only opening says of the log; null where it is another. */
export function walFaultOf(message: string, file: string): QuackmarkError | null {
  if (FOREIGN.test(message)) return damaged(file, `does not belong to ${file}`);
  return CORRUPT.test(message) ? needsRepair(file) : null;
}

function needsRepair(file: string): QuackmarkError {
  return new QuackmarkError(
    "WAL_DAMAGED",
    `${file}.wal is damaged; open the queue once, which copies both files aside, cuts the log behind its last whole commit and says what was lost`,
  );
}

/** Repairs what DuckDB found while it opened the database; null where its error is another. @throws QuackmarkError */
export function repairAfter(message: string, file: string, nowMs: number): Repair | null {
  if (FOREIGN.test(message)) throw damaged(file, `does not belong to ${file}`);
  const [, position] = CORRUPT.exec(message) ?? [];
  if (position === undefined || !message.includes(`${file}.wal"`)) return null;
  return cut(file, scanWal(`${file}.wal`, Number(position) - ENTRY_HEAD_BYTES), nowMs);
}

/** The error of a log whose database is gone. */
export function walWithoutDatabase(file: string): QuackmarkError {
  return new QuackmarkError(
    "WAL_WITHOUT_DATABASE",
    `${file}.wal is there but ${file} is not, and opening would delete the log; restore the database file, or move the log away`,
  );
}

function damaged(file: string, what: string): QuackmarkError {
  return new QuackmarkError(
    "WAL_DAMAGED",
    `${file}.wal ${what}; restore both files from one backup, or move the log away and lose what it holds`,
  );
}

function cut(file: string, { bytes, committedBytes, lostCommits }: WalScan, nowMs: number): Repair {
  const at = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const copies = ["", ".wal"].map((ending) => {
    const copy = freeName(`${file}.damaged-${at}`, ending);
    copyFileSync(`${file}${ending}`, copy);
    return copy;
  });
  truncateSync(`${file}.wal`, committedBytes);
  const cutBytes = bytes - committedBytes;
  const repair = { cutBytes, lostCommits, copies };
  process.emitWarning(
    `The log of ${file} was damaged: ${cutBytes} bytes were cut off behind its last whole commit, and ${lostCommits} commits with them. Both files as they were: ${copies.join(", ")}`,
    { code: "QUACKMARK_REPAIRED" },
  );
  return repair;
}

/** Copies are never written over. */
function freeName(name: string, ending: string): string {
  for (let number = 1; ; number++) {
    const path = `${name}${number === 1 ? "" : `-${number}`}${ending}`;
    if (!existsSync(path)) return path;
  }
}
