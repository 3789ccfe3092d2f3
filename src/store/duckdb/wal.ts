/**
 * The write-ahead log as bytes. DuckDB replays what it can read; a length that was damaged looks to it like the
 * end, and commits behind it would be dropped without a word. So the log is walked before it is opened.
 *
 * A log is a header and entries of [length, checksum, payload]; each commit ends with an entry of five bytes.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** What a log holds. */
export interface WalScan {
  readonly bytes: number;
  /** False where it does not begin as a log does. */
  readonly isLog: boolean;
  /** Bytes up to the end of the last commit that is whole. */
  readonly committedBytes: number;
  /** Ends of commits behind those bytes: what damage cuts off. None in the log of a process that was killed. */
  readonly lostCommits: number;
}

const ENTRY_HEAD_BYTES = 16;
/** A commit's end: its length, then (behind the checksum) its payload. */
const COMMIT_BYTES = 5;
const COMMIT_PAYLOAD = Buffer.from([0x64, 0x00, 0x64, 0xff, 0xff]);
const COMMIT_LENGTH = Buffer.from([COMMIT_BYTES, 0, 0, 0, 0, 0, 0, 0]);
const BUFFER_BYTES = 1_048_576;

/** Walks a log, up to `untilByte`. A file that is empty is a log without commits. */
export function scanWal(path: string, untilByte: number = Number.POSITIVE_INFINITY): WalScan {
  const descriptor = openSync(path, "r");
  try {
    const bytes = fstatSync(descriptor).size;
    const reader = new Reader(descriptor, bytes);
    const start = headerBytes(reader.at(0, Math.min(bytes, 64)));
    if (start === null) return { bytes, isLog: false, committedBytes: 0, lostCommits: 0 };
    const committedBytes = walk(reader, start, Math.min(bytes, untilByte));
    const lostCommits = countCommits(reader, committedBytes);
    return { bytes, isLog: true, committedBytes, lostCommits };
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a file in large pieces. */
class Reader {
  readonly bytes: number;
  readonly #descriptor: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #from = 0;
  #to = 0;

  constructor(descriptor: number, bytes: number) {
    this.#descriptor = descriptor;
    this.bytes = bytes;
  }

  /** `length` bytes at `from`, which are there. They are good until the next call. */
  at(from: number, length: number): Buffer {
    if (from < this.#from || from + length > this.#to) {
      const read = readSync(this.#descriptor, this.#buffer, 0, BUFFER_BYTES, from);
      this.#from = from;
      this.#to = from + read;
    }
    return this.#buffer.subarray(from - this.#from, from - this.#from + length);
  }
}

/** Length of the header, null for something else; a header that was cut off has no commits behind it. */
function headerBytes(head: Buffer): number | null {
  const begin = Buffer.from([0x64, 0x00, 0x62]);
  if (!begin.subarray(0, head.length).equals(head.subarray(0, begin.length))) return null;
  const end = head.indexOf(Buffer.from([0xff, 0xff]), begin.length);
  return end < 0 ? head.length : end + 2;
}

function walk(reader: Reader, start: number, end: number): number {
  let committed = Math.min(start, end);
  for (let at = start; at + ENTRY_HEAD_BYTES <= end; ) {
    const length = reader.at(at, ENTRY_HEAD_BYTES).readBigUInt64LE(0);
    const next = at + ENTRY_HEAD_BYTES + Number(length);
    if (length === 0n || next > end) break;
    const isCommit =
      length === BigInt(COMMIT_BYTES) &&
      reader.at(at + ENTRY_HEAD_BYTES, COMMIT_BYTES).equals(COMMIT_PAYLOAD);
    if (isCommit) committed = next;
    at = next;
  }
  return committed;
}

/** Commits by their bytes, wherever the entries before them begin. */
function countCommits(reader: Reader, from: number): number {
  const whole = ENTRY_HEAD_BYTES + COMMIT_BYTES;
  let commits = 0;
  for (let at = from; at < reader.bytes; ) {
    const piece = reader.at(at, Math.min(BUFFER_BYTES, reader.bytes - at));
    for (let i = piece.indexOf(COMMIT_PAYLOAD); i >= 0; i = piece.indexOf(COMMIT_PAYLOAD, i + 1)) {
      const head = i - ENTRY_HEAD_BYTES;
      if (head >= 0 && piece.subarray(head, head + 8).equals(COMMIT_LENGTH)) commits++;
    }
    if (at + piece.length >= reader.bytes) break;
    at += piece.length - whole + 1;
  }
  return commits;
}
