/** A misspelt field must not be left out silently. */
import { InputError } from "../lib/errors.ts";

/** @throws InputError for a field that is none of `known`; one that is undefined says nothing */
export function checkFields(who: string, given: object, known: ReadonlySet<string>): void {
  for (const name in given) {
    if (known.has(name) || given[name as keyof typeof given] === undefined) continue;
    throw new InputError(
      `${who}: there is no ${JSON.stringify(name)}; known are ${[...known].join(", ")}`,
    );
  }
}
