/** Finds the report of a run: in a file, or in what the command printed. */
import { type BigIntStats, readFileSync, statSync } from "node:fs";
import { type Clock, systemClock } from "../../lib/clock.ts";
import { InputError, messageOf } from "../../lib/errors.ts";
import { readJsonReport } from "./json-report.ts";
import { readJunit } from "./junit-report.ts";
import type { TestOutcome } from "./outcome.ts";

/** A report, or why there is none; both null where none was expected. */
export interface FoundReport {
  readonly tests: readonly TestOutcome[] | null;
  readonly problem: string | null;
}

const NOTHING: FoundReport = { tests: null, problem: null };

/** What a file was before a run, to tell whether the run has written it; null: there was none. */
export type ReportBefore = string | null;

/** A file system's clock goes in ticks: two writes within one, of one size, look like one write. */
const TICK_MS = 20;

/** Some file systems write down whole seconds alone (FAT: every other one). */
const COARSE_TICK_MS = 2000;

/**
 * Looks at the place of the report before a run, and changes nothing there: it may be the user's file by a
 * slip. Waits until a write would be seen. Throws an `InputError` when no report can be written there.
 */
export async function lookBeforeRun(
  path: string,
  clock: Clock = systemClock,
): Promise<ReportBefore> {
  const file = statOf(path);
  if (file === null) return null;
  if (!file.isFile()) {
    throw new InputError(
      `--report ${path}: not a file. Name the file that the command writes its report to.`,
    );
  }
  const modifiedMs = Number(file.mtimeNs / 1_000_000n);
  const tickMs = file.mtimeNs % 1_000_000_000n === 0n ? COARSE_TICK_MS : TICK_MS;
  const ageMs = clock.now() - modifiedMs;
  if (ageMs >= 0 && ageMs < tickMs) {
    await new Promise<void>((resolve) => clock.setTimer(resolve, tickMs - ageMs));
  }
  return stateOf(file);
}

function statOf(path: string): BigIntStats | null {
  return reading(path, () => statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null);
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InputError(
      `${path}: cannot be read (${messageOf(error)}). Name the file that the command writes its report to.`,
      { cause: error },
    );
  }
}

/** Another file in its place, another length, or another write. */
function stateOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs].join(" ");
}

/**
 * Reads the report in a file, JUnit XML or JSON, unless it is as it was `before` the run. File names in it are
 * given relative to `folder`.
 */
export function reportInFile(path: string, before: ReportBefore, folder: string): FoundReport {
  return attempt(() => {
    const file = statOf(path);
    if (file === null) throw new InputError(`${path}: the command did not write it`);
    if (stateOf(file) === before) {
      throw new InputError(`${path}: the command did not write it, what is there is older`);
    }
    if (!file.isFile()) throw new InputError(`${path}: not a file`);
    return readText(
      reading(path, () => readFileSync(path, "utf8")),
      path,
      folder,
    );
  });
}

/**
 * Reads the report that a command printed among other lines: XML from its first tag of a report, or JSON
 * from a line that begins with `{`. No report is no problem here, a malformed one is.
 */
export function reportInOutput(stdout: string, folder: string): FoundReport {
  const source = "the command's output";
  const xml = /^[ \t]*(?:<\?xml\s|<testsuites?[\s/>])/m.exec(stdout);
  if (xml !== null) {
    const end = Math.max(...["</testsuites>", "</testsuite>"].map((tag) => endOf(stdout, tag)));
    // Without an end tag it is empty, or was cut off: the reader tells.
    const document = stdout.slice(xml.index, end > xml.index ? end : endOf(stdout, ">"));
    return attempt(() => readJunit(document.trim(), source));
  }
  const json = stdout
    .split("\n")
    .find((line) => line.startsWith("{") && line.includes('"testResults"'));
  if (json !== undefined) return attempt(() => readJsonReport(json, source, folder));
  return NOTHING;
}

function endOf(text: string, tag: string): number {
  const at = text.lastIndexOf(tag);
  return at < 0 ? -1 : at + tag.length;
}

function readText(text: string, source: string, folder: string): readonly TestOutcome[] {
  const start = text
    .replace(/^\uFEFF/, "")
    .trimStart()
    .charAt(0);
  if (start === "<") return readJunit(text, source);
  if (start === "{") return readJsonReport(text, source, folder);
  throw new InputError(
    `${source}: neither JUnit XML nor a JSON report of vitest or jest${text.trim() === "" ? ": it is empty" : ""}.`,
  );
}

function attempt(read: () => readonly TestOutcome[]): FoundReport {
  try {
    return { tests: read(), problem: null };
  } catch (error) {
    if (error instanceof InputError) return { tests: null, problem: error.message };
    throw error;
  }
}
