/** Result files on disk: written so that a crash leaves the old file or the new one, and read with suspicion. */
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, InputError, messageOf } from "../lib/errors.ts";
import { RESULT_SCHEMA_VERSION, type Result, resultSchema } from "./result.ts";

/** The name of the result inside a run's folder. */
export const RESULT_FILE = "result.json";

/** A sweep with tens of thousands of trials stays far below it; a larger file is something else. */
const LARGEST_FILE_BYTES = 256 * 1024 * 1024;

/** Problems that one message lists. */
const MOST_PROBLEMS = 3;

/**
 * Writes `result.json` into `folder`, which is created when missing: a temporary file, fsync,
 * rename. Throws what the file system throws, and a `ZodError` for a result that nobody could read
 * back (a metric that is not a finite number), which is an error of the program.
 */
export async function writeResult(folder: string, result: Result): Promise<void> {
  const text = `${JSON.stringify(resultSchema.parse(result), null, 1)}\n`;
  await mkdir(folder, { recursive: true });
  const path = join(folder, RESULT_FILE);
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeDurably(draft, text);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/**
 * Reads a result file, or the `result.json` of a run's folder. Throws an {@link InputError} when it
 * is missing, unreadable, truncated, of another program, of a newer version, or damaged.
 */
export async function readResult(path: string): Promise<Result> {
  const { file, text } = await readText(path);
  return parseResult(text, file);
}

/** Reads the text of a result; `name` stands for the file in the errors, which are those of {@link readResult}. */
export function parseResult(text: string, name: string): Result {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(
      `${name} is not JSON (${messageOf(error)}): it was cut off or is not a result file. Give a ${RESULT_FILE} that \`bench run\` wrote.`,
      { cause: error },
    );
  }
  const version = versionOf(value);
  if (version === undefined) {
    throw new InputError(
      `${name} is JSON but not a result: it has no schemaVersion. Give a ${RESULT_FILE} that \`bench run\` wrote.`,
    );
  }
  if (version > RESULT_SCHEMA_VERSION) {
    throw new InputError(
      `${name} has schema version ${version}, and this build reads up to ${RESULT_SCHEMA_VERSION}. Read it with the quackmark that wrote it, or a newer one.`,
      { code: "NEWER_SCHEMA" },
    );
  }
  const parsed = resultSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const problems = issues
    .slice(0, MOST_PROBLEMS)
    .map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  if (issues.length > MOST_PROBLEMS) problems.push(`${issues.length - MOST_PROBLEMS} more`);
  throw new InputError(
    `${name} is not a valid result (${problems.join("; ")}): it was edited or damaged. Run again, or restore the file.`,
    { cause: parsed.error },
  );
}

/** The id of a new run: `YYYYMMDD-HHMMSS-xxxx`, UTC, with 16 random bits in hexadecimal. */
export function newRunId(now: Date, randomUint32: () => number): string {
  const [day = "", time = ""] = now.toISOString().split("T");
  const suffix = (randomUint32() & 0xffff).toString(16).padStart(4, "0");
  return `${day.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}-${suffix}`;
}

async function readText(path: string): Promise<{ file: string; text: string }> {
  try {
    const found = await stat(path);
    const file = found.isDirectory() ? join(path, RESULT_FILE) : path;
    const { size } = await stat(file);
    if (size > LARGEST_FILE_BYTES) {
      throw new InputError(
        `${file} has ${size} bytes, more than a result can have (${LARGEST_FILE_BYTES}). Give a ${RESULT_FILE} that \`bench run\` wrote.`,
      );
    }
    return { file, text: await readFile(file, "utf8") };
  } catch (error) {
    if (error instanceof InputError) throw error;
    const why = errnoOf(error) === "ENOENT" ? "there is no such file" : messageOf(error);
    throw new InputError(
      `Cannot read the result ${path}: ${why}. Give a ${RESULT_FILE} or the folder of a run.`,
      { cause: error },
    );
  }
}

function versionOf(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null || !("schemaVersion" in value)) return undefined;
  return typeof value.schemaVersion === "number" ? value.schemaVersion : undefined;
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The new name itself must reach the disk. Where folders cannot be opened (Windows), the rename has to do. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
