/**
 * `--dag-file`: reads the one file that it names, and nothing else, into a {@link DagShape}.
 *
 * The extension decides the format: `.json` WfFormat 1.5, `.dot` and `.gv` DOT, `.edges` and
 * `.edgelist` an edge list. `.txt` and no extension are looked into. Other extensions are refused,
 * since almost any text would pass for an edge list.
 */
import { closeSync, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import { errnoOf, InputError, messageOf } from "../../lib/errors.ts";
import type { DagShape } from "../dag-shape.ts";
import { parseDot } from "./dot.ts";
import { looksLikeDot } from "./dot-tokens.ts";
import { parseEdgeList } from "./edge-list.ts";
import { parseWfFormat } from "./wfformat.ts";

/** Larger files are refused; parsing takes several times this in memory. */
export const MAX_DAG_FILE_BYTES: number = 256 * 1024 * 1024;

const FORMATS =
  ".json (WfFormat 1.5), .dot or .gv (DOT), .edges or .edgelist (one line per task: child parent…)";

type Parse = (text: string, file: string, name: string) => DagShape;

const PARSE_BY_EXTENSION: Readonly<Record<string, Parse>> = {
  ".json": parseWfFormat,
  ".dot": parseDot,
  ".gv": parseDot,
  ".edges": parseEdgeList,
  ".edgelist": parseEdgeList,
  ".txt": parseByContent,
  "": parseByContent,
};

/**
 * Reads a workflow from a file: WfFormat JSON 1.5, DOT, or an edge list. The DAG is named after the
 * file. Throws an InputError that names the file, the line or the task, and the remedy.
 */
export function readDagFile(path: string): DagShape {
  const parse = PARSE_BY_EXTENSION[extname(path).toLowerCase()];
  const text = readText(path);
  if (parse === undefined) {
    throw new InputError(`${path}: unknown kind of workflow file. Known are ${FORMATS}.`);
  }
  if (text.trim() === "") {
    throw new InputError(`${path}: the file is empty. Known workflow files are ${FORMATS}.`, {
      code: "EMPTY_DAG",
    });
  }
  return parse(text, path, basename(path));
}

function parseByContent(text: string, file: string, name: string): DagShape {
  if (/^\s*[{[]/.test(text)) return parseWfFormat(text, file, name);
  if (looksLikeDot(text)) return parseDot(text, file, name);
  return parseEdgeList(text, file, name);
}

function readText(path: string): string {
  const bytes = readBytes(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new InputError(`${path}: not a text file (not UTF-8). Known are ${FORMATS}.`, {
      cause: error,
    });
  }
}

function readBytes(path: string): Uint8Array {
  try {
    // Before opening: opening a pipe would wait for its writer.
    refuseUnlessFile(path, statSync(path));
    const file = openSync(path, "r");
    try {
      refuseUnlessFile(path, fstatSync(file));
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = errnoOf(error) === "ENOENT" ? "no such file" : messageOf(error);
    throw new InputError(`${path}: cannot be read (${reason}). Check the path after --dag-file.`, {
      cause: error,
    });
  }
}

function refuseUnlessFile(
  path: string,
  stats: { isDirectory(): boolean; isFile(): boolean; size: number },
): void {
  if (stats.isDirectory()) throw new InputError(`${path}: a folder. Name one workflow file in it.`);
  if (!stats.isFile()) {
    throw new InputError(
      `${path}: not a regular file. Each trial reads the workflow again: write it to a file first.`,
    );
  }
  if (stats.size > MAX_DAG_FILE_BYTES) {
    throw new InputError(
      `${path}: ${stats.size} bytes; at most ${MAX_DAG_FILE_BYTES} are read. Use a smaller part of the workflow.`,
    );
  }
}
