/** Breaks lines between words, for a terminal; in a pipe nothing is broken, so that a line can be searched for. */

/** Narrower than this, breaking makes a text harder to read. */
const LEAST_CHARS = 20;

/**
 * The text in lines of at most `widthChars`, all but the first indented by `indentChars`, which the
 * first is taken to begin with as well (`firstChars`). A longer word keeps a line of its own.
 */
export function wrapped(
  text: string,
  widthChars: number | undefined,
  indentChars: number,
  firstChars: number = indentChars,
): string {
  if (widthChars === undefined || widthChars - indentChars < LEAST_CHARS) return text;
  const lines: string[] = [];
  let line = "";
  let room = widthChars - firstChars;
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && [...longer].length > room) {
      lines.push(line);
      line = word;
      room = widthChars - indentChars;
    } else line = longer;
  }
  return [...lines, line].join(`\n${" ".repeat(indentChars)}`);
}
