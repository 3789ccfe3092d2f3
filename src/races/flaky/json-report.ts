/** Reads the JSON reports of vitest and jest, which share a form. */
import { relative, sep } from "node:path";
import { z } from "zod";
import { InputError, messageOf } from "../../lib/errors.ts";
import { keptMessage, type TestOutcome, type TestStatus } from "./outcome.ts";

const STATUS = {
  passed: "passed",
  failed: "failed",
  skipped: "skipped",
  pending: "skipped",
  todo: "skipped",
  disabled: "skipped",
} as const satisfies Readonly<Record<string, TestStatus>>;

const assertionSchema = z.object({
  ancestorTitles: z.array(z.string()),
  title: z.string(),
  status: z.enum(["passed", "failed", "skipped", "pending", "todo", "disabled"]),
  duration: z.number().nullish(),
  failureMessages: z.array(z.string()).nullish(),
  /** Jest: how often the test was tried. */
  invocations: z.number().nullish(),
});

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().nullish(),
      assertionResults: z.array(assertionSchema),
    }),
  ),
});

type Assertion = z.infer<typeof assertionSchema>;
type File = z.infer<typeof reportSchema>["testResults"][number];

/**
 * The tests of a report, and its files as targets of their own: a file whose imports or hooks fail does so
 * without a failing test. File names are given relative to `folder`. Throws an `InputError` for what is no
 * such report; `source` names it there.
 */
export function readJsonReport(
  text: string,
  source: string,
  folder: string,
): readonly TestOutcome[] {
  const parsed = reportSchema.safeParse(parseJson(text, source));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(
      `${source}: no JSON report of vitest or jest (${issue?.path.join(".")}: ${issue?.message}).`,
    );
  }
  const numbered = nameCounter();
  return parsed.data.testResults.flatMap((file) => fileOutcomes(file, folder, numbered));
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(
      `${source}: not JSON (${messageOf(error)}). Let the test runner write the report again.`,
      { cause: error },
    );
  }
}

/** Makes names unique: equal ones (a loop, a file that two projects run) are told apart by their place. */
function nameCounter(): (name: string) => string {
  const seen = new Map<string, number>();
  return (name) => {
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return nth === 1 ? name : `${name} (${nth})`;
  };
}

function fileOutcomes(
  file: File,
  folder: string,
  numbered: (name: string) => string,
): readonly TestOutcome[] {
  const fileName = relative(folder, file.name).split(sep).join("/");
  const tests = file.assertionResults.map((assertion): TestOutcome => {
    const name = [fileName, ...assertion.ancestorTitles, assertion.title]
      .filter((part) => part !== "")
      .join(" > ");
    return outcomeOf(assertion, numbered(name));
  });
  const byItself = file.status === "failed" && tests.every(({ status }) => status !== "failed");
  const message = byItself ? keptMessage(file.message ?? "") : "";
  return [
    {
      kind: "file",
      name: numbered(fileName),
      status: byItself ? "failed" : "passed",
      durationMs: null,
      message: message === "" ? null : message,
    },
    ...tests,
  ];
}

function outcomeOf(assertion: Assertion, name: string): TestOutcome {
  const { status, duration, failureMessages, invocations } = assertion;
  const messages = failureMessages ?? [];
  // Both runners keep the messages of failed tries beside the pass, jest also the number of tries.
  const retried = status === "passed" && (messages.length > 0 || (invocations ?? 1) > 1);
  return {
    kind: "test",
    name,
    status: retried ? "retried" : STATUS[status],
    durationMs: duration ?? null,
    message: messages[0] === undefined ? null : keptMessage(messages[0]),
  };
}
