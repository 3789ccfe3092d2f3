/** What stdout is: a terminal with colours and a width, or something else. */

/** How to render for it. */
export interface Terminal {
  readonly colored: boolean;
  /** Its columns; absent where it has none to tell. */
  readonly widthChars?: number;
}

/** Colours go to a terminal only, and not with NO_COLOR. */
export function terminal(): Terminal {
  const { isTTY, columns } = process.stdout;
  const colored = isTTY === true && (process.env["NO_COLOR"] ?? "") === "";
  return { colored, ...(columns === undefined ? {} : { widthChars: columns }) };
}
