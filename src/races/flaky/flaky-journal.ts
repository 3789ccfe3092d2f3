/**
 * The journal of a campaign (JSONL): what was asked, then every run the moment it ends, on disk before the
 * next one starts. A campaign that was interrupted goes on from it.
 */
import { closeSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { errnoOf, InputError, messageOf } from "../../lib/errors.ts";
import { type FlakyOptions, flakyOptionsSchema } from "./options.ts";
import type { RunRecord, TestOutcome } from "./outcome.ts";

/** The journal's name in the folder of a campaign. */
export const FLAKY_JOURNAL_FILE = "journal.jsonl";

const VERSION = 1;
const STATUSES = ["passed", "failed", "retried", "skipped"] as const;
const KINDS = ["test", "file"] as const;

const headSchema = z.object({
  flakyVersion: z.literal(VERSION),
  id: z.string(),
  startedAt: z.iso.datetime(),
  options: flakyOptionsSchema,
});

/** Names are long and come in every run: a line carries those that are new, and the others by number. */
const entrySchema = z.object({
  phase: z.string(),
  nth: z.int().positive(),
  newNames: z.array(z.tuple([z.enum(KINDS), z.string()])),
  tests: z
    .array(
      z.tuple([
        z.int().nonnegative(),
        z.enum(STATUSES),
        z.number().nullable(),
        z.string().nullable(),
      ]),
    )
    .nullable(),
  exitCode: z.number().nullable(),
  signal: z.string().nullable(),
  timedOut: z.boolean(),
  durationMs: z.number(),
  seed: z.number().nullable(),
  reportProblem: z.string().nullable(),
  output: z.string().nullable(),
  slowdown: z.number(),
});

type Line = z.infer<typeof entrySchema>;

/** The first line. */
export interface FlakyJournalHead {
  readonly id: string;
  readonly startedAt: string;
  readonly options: FlakyOptions;
}

/** A run that ended: in which part of the campaign, and as which of its runs, from 1. */
export interface FlakyJournalEntry {
  readonly phase: string;
  readonly nth: number;
  readonly record: RunRecord;
}

/** Appends runs durably. */
export class FlakyJournal {
  readonly #file: number;
  readonly #names = new Map<string, number>();

  private constructor(file: number) {
    this.#file = file;
  }

  /** Begins the journal of a new campaign in its folder. */
  static begin(folder: string, head: FlakyJournalHead): FlakyJournal {
    const journal = new FlakyJournal(openSync(join(folder, FLAKY_JOURNAL_FILE), "wx"));
    journal.#write({ flakyVersion: VERSION, ...head });
    return journal;
  }

  /** Goes on with a journal whose entries were read by {@link readFlakyJournal}. */
  static goOn(folder: string, entries: readonly FlakyJournalEntry[]): FlakyJournal {
    const journal = new FlakyJournal(openSync(join(folder, FLAKY_JOURNAL_FILE), "a"));
    for (const { record } of entries) for (const test of record.tests ?? []) journal.#number(test);
    return journal;
  }

  /** Returns when the run is on disk. */
  add({ phase, nth, record }: FlakyJournalEntry): void {
    const known = this.#names.size;
    const { tests, ...others } = record;
    const numbered = tests?.map((test): NonNullable<Line["tests"]>[number] => [
      this.#number(test),
      test.status,
      test.durationMs,
      test.message,
    ]);
    const newNames = [...this.#names.keys()].slice(known).map(fromKey);
    const line: Line = { phase, nth, newNames, tests: numbered ?? null, ...others };
    this.#write(line);
  }

  close(): void {
    closeSync(this.#file);
  }

  #number({ kind, name }: TestOutcome): number {
    const key = `${kind} ${name}`;
    const number = this.#names.get(key) ?? this.#names.size;
    this.#names.set(key, number);
    return number;
  }

  #write(line: unknown): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
    fsyncSync(this.#file);
  }
}

function fromKey(key: string): [TestOutcome["kind"], string] {
  return key.startsWith("file ") ? ["file", key.slice(5)] : ["test", key.slice(5)];
}

const NEWLINE = 0x0a;

/**
 * Reads the journal in a folder, and cuts off a last line that a crash left unfinished: its run is done again.
 * Throws an `InputError` when there is no journal, or when another line is damaged; then nothing is changed.
 */
export function readFlakyJournal(folder: string): {
  readonly head: FlakyJournalHead;
  readonly entries: readonly FlakyJournalEntry[];
} {
  const path = join(folder, FLAKY_JOURNAL_FILE);
  const bytes = readBytes(path);
  const wholeBytes = lengthWithoutTorn(bytes);
  const whole = bytes.toString("utf8", 0, wholeBytes);
  const [first = "", ...others] = whole.split("\n").slice(0, -1);
  const { flakyVersion: _, ...head } = parseLine(headSchema, path, 1, first);
  const names: [TestOutcome["kind"], string][] = [];
  const entries = others.map((line, i): FlakyJournalEntry => {
    const { phase, nth, newNames, tests, ...record } = parseLine(entrySchema, path, i + 2, line);
    names.push(...newNames);
    const outcomes = tests?.map(([number, status, durationMs, message]): TestOutcome => {
      const [kind, name] = names[number] ?? [];
      if (kind === undefined || name === undefined) {
        throw damaged(path, i + 2, `there is no test ${number}`);
      }
      return { kind, name, status, durationMs, message };
    });
    return { phase, nth, record: { ...record, tests: outcomes ?? null } };
  });
  if (wholeBytes < bytes.length) truncateSync(path, wholeBytes);
  return { head, entries };
}

/** The bytes up to a last line that lacks its end, or that is no JSON: a power cut may leave blocks of zeros. */
function lengthWithoutTorn(bytes: Buffer): number {
  const ended = bytes.at(-1) === NEWLINE;
  const last = bytes.subarray(0, ended ? -1 : undefined).lastIndexOf(NEWLINE) + 1;
  return ended && isJson(bytes.toString("utf8", last)) ? bytes.length : last;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = errnoOf(error) === "ENOENT" ? "there is no such file" : messageOf(error);
    throw new InputError(
      `--resume: cannot read ${path} (${why}). Name the folder that \`bench flaky\` wrote to, or its id in results/runs.`,
      { cause: error },
    );
  }
}

function parseLine<T>(schema: z.ZodType<T>, path: string, line: number, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(path, line, messageOf(error));
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw damaged(path, line, `${issue?.path.join(".")}: ${issue?.message}`);
}

function damaged(path: string, line: number, what: string): InputError {
  const shown = what.replaceAll(/\s+/g, " ");
  return new InputError(
    line === 1
      ? `${path}:1: no journal of this version of \`bench flaky\` (${shown}). Start again without --resume.`
      : `${path}:${line}: a damaged line (${shown}). Remove it and all lines below it, and --resume does their runs again; or start again without --resume.`,
  );
}
