/** The formats in which a result can be shown, and the flags that choose one. */
import { InputError } from "../lib/errors.ts";
import { TEXT_FORMATS, type TextFormat } from "../report/render.ts";

/** Formats that are files by nature: several pictures, or nothing for a terminal. */
const FILE_FORMATS = ["parquet", "png", "svg", "html"] as const;

/** Every way to show a result. */
export type Format = TextFormat | (typeof FILE_FORMATS)[number];

/** All of {@link Format}. */
const FORMATS: readonly Format[] = [...TEXT_FORMATS, ...FILE_FORMATS];

/** The help of `--format` wherever it stands. */
export const FORMAT_HELP =
  "print a table, json, csv or markdown; or write parquet, png, svg or html (default table)";

/** What `--format` and `--json` ask for. Throws an `InputError`. */
export function readFormat(text: string | undefined, json: boolean): Format {
  if (json && text !== undefined && text !== "json") {
    throw new InputError(`--json contradicts --format ${text}. Name one of them.`);
  }
  const wanted = json ? "json" : (text ?? "table");
  const format = FORMATS.find((known) => known === wanted);
  if (format !== undefined) return format;
  throw new InputError(`--format ${wanted}: unknown. It takes ${FORMATS.join(", ")}.`);
}

/** Whether a format can be printed. */
export function isText(format: Format): format is TextFormat {
  return TEXT_FORMATS.some((text) => text === format);
}
