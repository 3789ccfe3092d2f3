/** An explanation for the terminal: headings at the left, sentences beside them. */
import picocolors from "picocolors";
import type { Explanation } from "./explain.ts";
import { wrapped } from "./wrap.ts";

const PARTS = [
  ["Asked", "asked"],
  ["Answer", "answer"],
  ["How sure", "sure"],
  ["Beware", "beware"],
  ["Next", "next"],
] as const satisfies readonly (readonly [string, keyof Explanation])[];

const LABEL_CHARS = 10;

/** Ends with a newline; a part without sentences is left out. */
export function renderExplanation(
  explanation: Explanation,
  { colored, widthChars }: { readonly colored: boolean; readonly widthChars?: number },
): string {
  const colors = picocolors.createColors(colored);
  return PARTS.flatMap(([label, part]) =>
    explanation[part].map((sentence, place) => {
      const start = place === 0 ? colors.bold(label.padEnd(LABEL_CHARS)) : " ".repeat(LABEL_CHARS);
      return `${start}${wrapped(sentence, widthChars, LABEL_CHARS)}\n`;
    }),
  ).join("");
}
