/**
 * The one place for errors that a caller may meet.
 *
 * Every expected failure is a {@link QuackmarkError}: a stable `code` to branch on, a message that
 * names the thing and the remedy, and the cause when there is one. A broken assumption of our own
 * is not one of these: `assert` throws a plain `AssertionError`, which nobody should catch.
 */

/** Stable codes of all expected failures; programs branch on these, never on messages. */
export type ErrorCode =
  | "BAD_INPUT"
  | "BAD_CONFIG"
  | "CYCLE"
  | "DUPLICATE_NODE"
  | "EMPTY_DAG"
  | "UNKNOWN_PARENT"
  | "UNKNOWN_RUN"
  | "UNKNOWN_JOB"
  | "UNKNOWN_TASK"
  | "UNSERIALIZABLE"
  | "ALREADY_OPEN"
  | "NEWER_SCHEMA"
  | "NOT_A_QUEUE"
  | "WAL_WITHOUT_DATABASE"
  | "WAL_DAMAGED"
  | "BUSY"
  | "QUEUE_CLOSED"
  | "NOT_COMMITTED"
  | "STORE_IN_DOUBT"
  | "STORE_UNREACHABLE"
  | "MOVE_DIFFERS"
  | "INSERT_FAILED"
  | "ARGS_TOO_LARGE"
  | "BAD_ARGS"
  | "BACKPRESSURE"
  | "QUEUE_DRAINING"
  | "DUPLICATE_JOB"
  | "STALE_TOKEN"
  | "TOO_DEEP"
  | "WRONG_ANSWER"
  | "READ_ONLY"
  | "READ_LIMIT"
  | "ENGINE_MISFIT"
  | "DISK_FULL";

/** An expected failure. `message` names the thing and the remedy; `code` is stable API. */
export class QuackmarkError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The caller's input is wrong. The CLI prints the message alone and exits with 2. */
export class InputError extends QuackmarkError {
  constructor(message: string, options?: { cause?: unknown; code?: ErrorCode }) {
    super(options?.code ?? "BAD_INPUT", message, options);
  }
}

/** Several inputs are wrong at once; `problems` has one line for each. */
export class ConfigError extends QuackmarkError {
  readonly problems: readonly string[];

  /** `name` says what is not valid. */
  constructor(problems: readonly string[], name = "The configuration") {
    super("BAD_CONFIG", `${name} is not valid:\n  - ${problems.join("\n  - ")}`);
    this.problems = problems;
  }
}

/** The text of anything thrown, for one line of output. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The errno name (`ENOENT`, `EACCES` …) of a failed system call, or undefined. */
export function errnoOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string"
    ? thrown.code
    : undefined;
}
