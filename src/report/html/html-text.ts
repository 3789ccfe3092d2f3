/** Text into HTML: whatever a result holds, a name or an error message, shows as itself and never as markup. */
import { printable } from "../printable.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text for an element's content or a quoted attribute, on one line and without control characters. */
export function escapeHtml(text: string): string {
  return printable(text).replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

/**
 * A value as JSON that may stand inside a `script` element: no `<`, so that nothing in it can end the
 * element or open a comment, and no line separator that older readers take for the end of a line.
 */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}
