/** Reads JUnit XML, which most test runners can write. */
import { InputError } from "../../lib/errors.ts";
import { keptMessage, type TestOutcome, type TestStatus } from "./outcome.ts";
import { parseXml, type XmlElement } from "./xml.ts";

/**
 * The tests of a report, in its order. Suites may be nested. A test that failed and passed later in the same
 * report, or that has a `flakyFailure` or `flakyError` (Surefire), was retried. Throws an `InputError` for
 * what is no JUnit report; `source` names it there.
 */
export function readJunit(text: string, source: string): readonly TestOutcome[] {
  const root = parseXml(text, source);
  if (root.name !== "testsuites" && root.name !== "testsuite") {
    throw new InputError(
      `${source}: no JUnit report: it begins with <${root.name}>, not <testsuites> or <testsuite>.`,
    );
  }
  const outcomes = new Map<string, TestOutcome>();
  for (const { test, suites } of testCases(root, [])) {
    const outcome = outcomeOf(test, suites, source);
    const before = outcomes.get(outcome.name);
    outcomes.set(outcome.name, before === undefined ? outcome : merged(before, outcome));
  }
  return [...outcomes.values()];
}

interface TestCase {
  readonly test: XmlElement;
  readonly suites: readonly string[];
}

function* testCases(suite: XmlElement, above: readonly string[]): Generator<TestCase> {
  // The root names the whole run, often with the tool's name: no part of a test's name.
  const name = suite.name === "testsuites" ? "" : (suite.attributes["name"] ?? "");
  const suites = name === "" ? above : [...above, name];
  for (const child of suite.children) {
    if (child.name === "testcase") yield { test: child, suites };
    else if (child.name === "testsuite") yield* testCases(child, suites);
  }
}

function outcomeOf(test: XmlElement, suites: readonly string[], source: string): TestOutcome {
  const { name, classname = "", time } = test.attributes;
  if (name === undefined) {
    throw new InputError(`${source}: a <testcase> without a name, in ${suites.join(" > ")}.`);
  }
  // Many reporters repeat the suite as the class, and the class as the test.
  const parts = [...suites, classname, name].filter(
    (part, i, all) => part !== "" && part !== all[i - 1],
  );
  const seconds = time === undefined ? Number.NaN : Number(time.replaceAll(",", ""));
  const failure = test.children.find(({ name: tag }) => FAILURES.includes(tag));
  return {
    kind: "test",
    name: parts.join(" > "),
    status: statusOf(test),
    durationMs: seconds >= 0 ? seconds * 1000 : null,
    message:
      failure === undefined ? null : keptMessage(failure.attributes["message"] || failure.text),
  };
}

const FAILURES: readonly string[] = ["failure", "error", "flakyFailure", "flakyError"];

function statusOf({ children }: XmlElement): TestStatus {
  const has = (...tags: readonly string[]): boolean =>
    children.some(({ name }) => tags.includes(name));
  if (has("failure", "error")) return "failed";
  if (has("flakyFailure", "flakyError")) return "retried";
  return has("skipped") ? "skipped" : "passed";
}

/** Two entries of one name: runners that retry write one for each try. */
function merged(first: TestOutcome, second: TestOutcome): TestOutcome {
  if (first.status === "skipped") return second;
  if (second.status === "skipped") return first;
  const failedBefore = first.status === "failed" || first.status === "retried";
  const status: TestStatus = second.status === "passed" && failedBefore ? "retried" : second.status;
  const durationMs = Math.max(first.durationMs ?? 0, second.durationMs ?? 0);
  const known = first.durationMs !== null || second.durationMs !== null;
  return {
    ...second,
    status,
    durationMs: known ? durationMs : null,
    message: second.message ?? first.message,
  };
}
