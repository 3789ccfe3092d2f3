/**
 * Trigger rules of the self-test's own queue, decided from known ends: written apart from the checker's table and
 * from the engine's, so that a fault in one shows against the other.
 */

/** How a parent stands. A skip because of a failure, and a cancel, count as failed. */
export type ParentWay = "pending" | "done" | "failed" | "skipped";

/** What a rule says of a waiting job. */
export type Decision = "run" | "skip" | "wait";

/** Rules that the generator uses. */
export const MODEL_RULES = [
  "all_success",
  "one_success",
  "all_done",
  "one_failed",
  "none_failed",
  "at_least(2)",
] as const;

/** One of {@link MODEL_RULES}. */
export type ModelRule = (typeof MODEL_RULES)[number];

/** Decides a job with at least one parent; one without runs. */
export function decide(rule: ModelRule, parents: readonly ParentWay[]): Decision {
  if (parents.length === 0) return "run";
  const count = (way: ParentWay): number => parents.filter((one) => one === way).length;
  const open = count("pending");
  const [done, failed, skipped] = [count("done"), count("failed"), count("skipped")];
  const atEnd = (runs: boolean): Decision => (open > 0 ? "wait" : runs ? "run" : "skip");
  switch (rule) {
    case "all_success":
      return failed + skipped > 0 ? "skip" : atEnd(true);
    case "one_success":
      return done > 0 ? "run" : atEnd(false);
    case "all_done":
      return atEnd(true);
    case "one_failed":
      return failed > 0 ? "run" : atEnd(false);
    case "none_failed":
      return failed > 0 ? "skip" : atEnd(true);
    case "at_least(2)":
      if (done >= 2) return "run";
      return done + open < 2 ? "skip" : "wait";
  }
}
