/** The process that runs seeds for a campaign: one task after the other, until its parent hangs up. */
import { messageOf } from "../../lib/errors.ts";
import { doTask } from "./do-task.ts";
import type { RaceAnswer, RaceTask } from "./race-message.ts";

function answer(message: RaceAnswer): void {
  process.send?.(message);
}

/** What nobody awaited, since the last task. */
let unhandled: string[] = [];
process.on("unhandledRejection", (error) => unhandled.push(messageOf(error)));

process.on("message", (task: RaceTask) => {
  unhandled = [];
  doTask(task, () => performance.now()).then(
    (outcome) => answer(withUnhandled(outcome)),
    (error: unknown) =>
      answer({
        kind: "failed",
        message: error instanceof Error ? String(error.stack) : messageOf(error),
      }),
  );
});

function withUnhandled(outcome: Exclude<RaceAnswer, { kind: "failed" }>): RaceAnswer {
  if (unhandled.length === 0 || outcome.kind === "shrink" || outcome.kind === "lift")
    return outcome;
  const findings = unhandled.map((text) => ({
    id: "C8",
    message: `a promise was rejected and nobody looked: ${text}`,
    timeline: [],
  }));
  if (outcome.kind === "stress") {
    const { seed, scenario, place } = outcome;
    const told = findings.map((finding) => ({ ...finding, seed, scenario, place }));
    return { ...outcome, findings: [...outcome.findings, ...told] };
  }
  return { ...outcome, findings: [...outcome.findings, ...findings] };
}
