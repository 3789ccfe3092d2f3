/** What one run of a test command says of each test, in the words of no particular test runner. */

/** How a test ended; `retried` is a pass after a failure within the same run, and no pass. */
export type TestStatus = "passed" | "failed" | "retried" | "skipped";

/** One test in one run. */
export interface TestOutcome {
  readonly kind: "test" | "file";
  /** Unique within the run, and the same in every run. */
  readonly name: string;
  readonly status: TestStatus;
  /** Null where the report does not say. */
  readonly durationMs: number | null;
  /** Why it failed, shortened; null where it did not, or the report does not say. */
  readonly message: string | null;
}

/** One run of the command. */
export interface RunRecord {
  readonly exitCode: number | null;
  /** The signal that ended the process, by name; null otherwise. */
  readonly signal: string | null;
  /** The run took longer than its limit and was ended. */
  readonly timedOut: boolean;
  readonly durationMs: number;
  /** Given to the command to shuffle by; null where it was given none. */
  readonly seed: number | null;
  /** Null where there is no report, or none that could be read. */
  readonly tests: readonly TestOutcome[] | null;
  /** Why an expected report is not there; null otherwise. */
  readonly reportProblem: string | null;
  /** The end of what the command printed, where it failed. */
  readonly output: string | null;
  /** How much slower than full speed the throttle made it; 1 without one. */
  readonly slowdown: number;
}

/** Whether the process itself says that it failed. */
export function commandFailed({ exitCode, timedOut }: RunRecord): boolean {
  return timedOut || exitCode !== 0;
}

const LONGEST_MESSAGE_CHARS = 400;

/** A failure message as it is kept: without colours, its first characters. */
export function keptMessage(text: string): string {
  return withoutColours(text).trim().slice(0, LONGEST_MESSAGE_CHARS);
}

/** Takes out the escape sequences of terminals: ESC [ … letter. */
export function withoutColours(text: string): string {
  const [first = "", ...parts] = text.split("\u001b[");
  return first + parts.map((part) => part.replace(/^[0-9;?]*[a-zA-Z]/, "")).join("");
}
