/** Finds the report of a run: in a file, or in what the command printed. */
import { readFileSync, rmSync } from "node:fs";
import { errnoOf, InputError, messageOf } from "../../lib/errors.ts";
import { readJsonReport } from "./json-report.ts";
import { readJunit } from "./junit-report.ts";
import type { TestOutcome } from "./outcome.ts";

/** A report, or why there is none; both null where none was expected. */
export interface FoundReport {
  readonly tests: readonly TestOutcome[] | null;
  readonly problem: string | null;
}

const NOTHING: FoundReport = { tests: null, problem: null };

/** Removes what an earlier run has left in the place of the report, which would pass for this run's. */
export function clearReport(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw new InputError(
      `--report ${path}: cannot be replaced (${messageOf(error)}). Name the file that the command writes its report to.`,
      { cause: error },
    );
  }
}

/** Reads the report in a file, JUnit XML or JSON. File names in it are given relative to `folder`. */
export function reportInFile(path: string, folder: string): FoundReport {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const why = errnoOf(error) === "ENOENT" ? "the command did not write it" : messageOf(error);
    return { tests: null, problem: `${path}: ${why}` };
  }
  return attempt(() => readText(text, path, folder));
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
