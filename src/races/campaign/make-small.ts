/** Has a process make a violation small, and tells what is left of it. */
import type { RaceViolation } from "../../results/race-violation.ts";
import type { RaceFinding } from "./judge.ts";
import type { RaceProcess } from "./process-pool.ts";

/** See the file's head: the violation as it was, where there is no time for it or the process gave no answer. */
export async function makeSmall(
  one: RaceProcess,
  violation: RaceViolation,
  budgetMs: number,
): Promise<RaceViolation> {
  const [first, ...others] = violation.findings;
  if (first === undefined || budgetMs === 0) return violation;
  const task = { kind: "shrink", line: violation.seedLine, finding: first, budgetMs } as const;
  const answer = await one.ask(task);
  if (answer.kind !== "shrink") return violation;
  const { jobs, workers, preemptions, runs, seconds, replayed, replays } = answer;
  return {
    ...violation,
    findings: [copyOf(answer.finding), ...others],
    seedLine: answer.line,
    shrunk: { jobs, workers, preemptions, runs, seconds, replayed, replays },
  };
}

/** A finding as a result holds it. */
export function copyOf({ id, message, timeline }: RaceFinding): RaceViolation["findings"][number] {
  return { id, message, timeline: [...timeline] };
}
