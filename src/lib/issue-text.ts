/** What zod found wrong with a file, in the words of this project. */
import type { z } from "zod";

const KIND: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  array: "a list",
  object: "fields of its own",
  record: "fields of its own",
};

/** What is wrong and would be right, to stand behind the field's name: `is missing; needs a list`. */
export function issueText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type": {
      const needs = `needs ${KIND[issue.expected] ?? issue.expected}`;
      return issue.message.endsWith("received undefined") ? `is missing; ${needs}` : needs;
    }
    case "invalid_value": {
      const needs = `needs one of ${issue.values.join(", ")}`;
      return issue.message.endsWith("received undefined") ? `is missing; ${needs}` : needs;
    }
    case "invalid_union": {
      const first = issue.errors[0]?.[0]?.message ?? "";
      return first.endsWith("received undefined") ? `is missing; ${issue.message}` : issue.message;
    }
    case "invalid_key":
      return issue.issues[0]?.message ?? issue.message;
    case "too_small":
      return issue.origin === "number" ? `needs at least ${issue.minimum}` : "is empty";
    default:
      return issue.message;
  }
}
