/** Journals as lines of JSON: each line is on disk before the next work begins, and a torn last line is cut off. */
import { closeSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { z } from "zod";
import { errnoOf, InputError, messageOf } from "../lib/errors.ts";
import { disownJournal, ownJournal } from "./journal-owner.ts";

/** Appends lines durably. */
export class LineJournal {
  readonly #file: number;
  readonly #folder: string;

  private constructor(path: string, flags: "wx" | "a") {
    this.#folder = dirname(path);
    ownJournal(this.#folder);
    this.#file = openSync(path, flags);
  }

  /** A new journal; the file must not exist. */
  static begin(path: string, head: unknown): LineJournal {
    const journal = new LineJournal(path, "wx");
    journal.add(head);
    return journal;
  }

  /** Goes on with a journal that `readLines` has read. */
  static goOn(path: string): LineJournal {
    return new LineJournal(path, "a");
  }

  /** Returns when the line is on disk. */
  add(line: unknown): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
    disownJournal(this.#folder);
  }
}

/**
 * Reads a journal's head and its other lines; undefined when there is no file. An `InputError` names
 * file, line and field of the first line that is none.
 */
export function readLines<H, L>(
  path: string,
  headSchema: z.ZodType<H>,
  lineSchema: z.ZodType<L>,
): { readonly head: H; readonly lines: readonly L[] } | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw new InputError(`Cannot read ${path}: ${messageOf(error)}.`, { cause: error });
  }
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const [first = "", ...others] = whole.split("\n").slice(0, -1);
  const head = parsed(headSchema, path, 1, first);
  return { head, lines: others.map((line, i) => parsed(lineSchema, path, i + 2, line)) };
}

function parsed<T>(schema: z.ZodType<T>, path: string, line: number, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw foreign(path, line, messageOf(error));
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw foreign(path, line, `${issue?.path.join(".")}: ${issue?.message}`);
}

function foreign(path: string, line: number, what: string): InputError {
  return new InputError(
    `${path}:${line}: not a journal of this command and version (${what}). Choose another folder with --out.`,
  );
}
