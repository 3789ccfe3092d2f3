/** `JSON.parse` whose errors say where, and whether the text just ends too early. */
import { InputError, messageOf } from "../../lib/errors.ts";
import { positionText } from "./text-position.ts";

/** Parses `text`; an InputError names `file`, the line and column where known, and what was `expected`. */
export function parseJson(text: string, file: string, expected: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const offset = errorOffset(messageOf(error), text);
    if (offset !== undefined && offset >= text.trimEnd().length) {
      throw new InputError(
        `${file}:${positionText(text, text.trimEnd().length)}: the JSON ends in the middle: the file is truncated. Fetch or write it again.`,
        { cause: error },
      );
    }
    const place = offset === undefined ? "" : `:${positionText(text, offset)}`;
    throw new InputError(
      `${file}${place}: not valid JSON (${messageOf(error).replaceAll(/\s+/g, " ")}). Name ${expected}, or give a file of another format its own extension.`,
      { cause: error },
    );
  }
}

/** V8 tells the offset only inside its message, and not in every message. */
function errorOffset(message: string, text: string): number | undefined {
  if (message.startsWith("Unexpected end of JSON input")) return text.length;
  if (message.startsWith("Unterminated string")) return text.length;
  const offset = /at position (\d+)/.exec(message)?.[1];
  return offset === undefined ? undefined : Number(offset);
}
