/** Ids come from files: in messages they are quoted, on one line, and short. */

const LONGEST_ID = 80;

/** `"id"` with everything escaped that a terminal could obey, cut at 80 characters. */
export function quoteId(id: string): string {
  const short = id.length > LONGEST_ID ? `${id.slice(0, LONGEST_ID)}…` : id;
  // JSON escapes C0; DEL and C1 have terminal meanings of their own.
  return JSON.stringify(short).replaceAll(
    /[\u007f-\u009f]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
