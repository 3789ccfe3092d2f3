/** Text that comes from outside (file names, error messages, a user's scenario), made safe to show. */

/** On one line, without control characters that a terminal would obey. */
export function printable(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/\p{Cc}/gu, "\uFFFD");
}

/** The first characters of a text that is longer than `mostChars`, with an ellipsis within that length. */
export function shortened(text: string, mostChars: number): string {
  const letters = [...text];
  return letters.length <= mostChars ? text : `${letters.slice(0, mostChars - 1).join("")}…`;
}
