/** The formats in which a result can be shown, and the flags that choose one. */
import { InputError } from "../lib/errors.ts";
import { TEXT_FORMATS, type TextFormat } from "../report/render.ts";

/** Formats that are files by nature: several pictures, or nothing for a terminal. */
const FILE_FORMATS = ["parquet", "png", "svg", "html"] as const;

/** Every way to show a result. */
export type Format = TextFormat | (typeof FILE_FORMATS)[number];

/** All of {@link Format}. */
const FORMATS: readonly Format[] = [...TEXT_FORMATS, ...FILE_FORMATS];

/** What reports that are not of a run can be shown as. */
const REPORT_FORMATS = ["table", "json", "markdown"] as const;

/** One of them. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** The help of `--format` wherever it stands. */
export const FORMAT_HELP =
  "print a table, json, csv or markdown; or write parquet, png, svg or html (default table)";

/** What `--format` and `--json` ask for. Throws an `InputError`. */
export function readFormat(text: string | undefined, json: boolean): Format {
  return chooseFormat(FORMATS, text, json);
}

/** The same for a report that is not of a run. Throws an `InputError`. */
export function readReportFormat(text: string | undefined, json: boolean): ReportFormat {
  return chooseFormat(REPORT_FORMATS, text, json);
}

/** The one of `known`, `table` where nothing is said. Throws an `InputError`. */
export function chooseFormat<Known extends string>(
  known: readonly Known[],
  text: string | undefined,
  json: boolean,
): Known {
  if (json && text !== undefined && text !== "json") {
    throw new InputError(`--json contradicts --format ${text}. Name one of them.`);
  }
  const wanted = json ? "json" : (text ?? "table");
  const format = known.find((one) => one === wanted);
  if (format !== undefined) return format;
  throw new InputError(`--format ${wanted}: unknown. It takes ${known.join(", ")}.`);
}

/** Whether a format can be printed. */
export function isText(format: Format): format is TextFormat {
  return TEXT_FORMATS.some((text) => text === format);
}
