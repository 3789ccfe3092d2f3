/**
 * The journal of a run (JSONL): the plan, then every trial the moment it ends, each line on disk
 * before the next trial starts. A crash loses at most the trial that was running.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { errnoOf, InputError, messageOf, QuackmarkError } from "../lib/errors.ts";
import { environmentSchema, scenarioHeadSchema, trialSchema } from "../results/result.ts";
import { WORKLOAD_NAMES } from "../scenario/workload.ts";
import { disownJournal, ownJournal } from "./journal-owner.ts";
import type { RunPlan } from "./run-plan.ts";

/** The journal's name in the folder of a run. */
export const JOURNAL_FILE = "journal.jsonl";

const JOURNAL_VERSION = 1;

const planSchema: z.ZodType<RunPlan> = z.object({
  id: z.string(),
  startedAt: z.iso.datetime(),
  command: z.array(z.string()),
  cells: z.array(
    z.object({
      scenario: z.string(),
      workload: z.enum(WORKLOAD_NAMES),
      parameters: z.record(z.string(), z.union([z.number(), z.string()])),
      handlers: z.string().optional(),
    }),
  ),
  scenarios: z.array(scenarioHeadSchema),
  thresholds: z.record(z.string(), z.array(z.string())),
  trials: z.int().positive().nullable(),
  budgetMs: z.number().positive().nullable(),
  maxTrialMs: z.number().positive(),
  seed: z.int().nonnegative(),
  durability: z.enum(["full", "relaxed"]),
  settings: z.record(z.string(), z.number()).default({}),
  store: z.string().nullable().default(null),
  dagFile: z.string().nullable(),
});

const headSchema = z.object({
  version: z.literal(JOURNAL_VERSION),
  plan: planSchema,
  environment: environmentSchema,
});

const entrySchema = z.object({
  /** Index of the cell in the plan. */
  cell: z.int().nonnegative(),
  block: z.int().nonnegative(),
  /** Wall time of the trial and its check. */
  costMs: z.number().nonnegative(),
  /** The order of the cell's earlier trial, spoiled by the machine, whose place this one takes. */
  replaces: z.int().nonnegative().optional(),
  result: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("trial"), trial: trialSchema }),
    z.object({ kind: z.literal("failed"), reason: z.string(), wrong: z.boolean() }),
  ]),
});

/** The first line: what is measured, and where. */
export type JournalHead = z.infer<typeof headSchema>;
/** A trial that ended. */
export type JournalEntry = z.infer<typeof entrySchema>;

/** A line did not fit on the disk; the journal ends with the line before it, and the run can be resumed. */
export class DiskFullError extends QuackmarkError {
  constructor(folder: string, cause: unknown) {
    super(
      "DISK_FULL",
      `${join(folder, JOURNAL_FILE)} cannot be written (${messageOf(cause)}). Free some space.`,
      { cause },
    );
  }
}

/** Appends lines durably. */
export class Journal {
  readonly #folder: string;
  readonly #file: number;

  private constructor(folder: string, flags: "wx" | "a") {
    this.#folder = folder;
    ownJournal(folder);
    this.#file = openSync(join(folder, JOURNAL_FILE), flags);
  }

  /** Begins the journal of a new run in its folder. */
  static begin(folder: string, head: Omit<JournalHead, "version">): Journal {
    const journal = new Journal(folder, "wx");
    journal.#write({ version: JOURNAL_VERSION, ...head });
    return journal;
  }

  /** Goes on with a journal that `readJournal` has read. */
  static goOn(folder: string): Journal {
    return new Journal(folder, "a");
  }

  /** Returns when the line is on disk. @throws DiskFullError when it cannot be put there; then nothing of it is */
  add(entry: JournalEntry): void {
    this.#write(entry);
  }

  close(): void {
    closeSync(this.#file);
    disownJournal(this.#folder);
  }

  #write(line: unknown): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    const { size } = fstatSync(this.#file);
    try {
      // A disk that is nearly full takes a part of what it is given.
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
      fsyncSync(this.#file);
    } catch (error) {
      ftruncateSync(this.#file, size);
      throw new DiskFullError(this.#folder, error);
    }
  }
}

/**
 * Reads the journal in a run's folder, and cuts off a last line that a crash left unfinished. Throws
 * an `InputError` when there is none, or when it is damaged.
 */
export function readJournal(folder: string): {
  head: JournalHead;
  entries: readonly JournalEntry[];
} {
  const path = join(folder, JOURNAL_FILE);
  const text = readText(path);
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const [first = "", ...others] = whole.split("\n").slice(0, -1);
  const head = parseLine(headSchema, path, 1, first);
  const entries = others.map((line, i) => parseLine(entrySchema, path, i + 2, line));
  const stray = entries.find(({ cell }) => cell >= head.plan.cells.length);
  if (stray !== undefined) throw damaged(path, 1, `there is no cell ${stray.cell}`);
  return { head, entries };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const why = errnoOf(error) === "ENOENT" ? "there is no such file" : messageOf(error);
    throw new InputError(
      `--resume: cannot read ${path} (${why}). Name the id of a run in results/runs, or its folder.`,
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
  return new InputError(
    `${path}:${line}: no journal of this version of bench (${what}). Start a new run.`,
  );
}
