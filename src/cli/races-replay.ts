/** `bench races --replay`: one finding again, from its seed line. */
import { QuackmarkError } from "../lib/errors.ts";
import { type PoolOptions, RaceProcess } from "../races/campaign/process-pool.ts";
import type { ReplayOutcome } from "../races/campaign/race-message.ts";
import { fromSeedLine } from "../races/campaign/seed-line.ts";
import { renderReplay } from "../report/races/render-replay.ts";
import { EXIT } from "./exit-codes.ts";
import { interruptedBefore } from "./interruption.ts";

/** Returns the exit code: 6 where the line still shows an anomaly. @throws InputError for a line that is none */
export async function replayCommand(
  line: string,
  asJson: boolean,
  pool: PoolOptions,
  signal: AbortSignal,
): Promise<number> {
  fromSeedLine(line);
  const process_ = new RaceProcess(pool);
  const stop = (): void => process_.stop();
  signal.addEventListener("abort", stop, { once: true });
  const answer = await process_.ask({ kind: "replay", line });
  stop();
  if (signal.aborted) return interruptedBefore("the replay had ended");
  if (answer.kind !== "replay") {
    const why = "message" in answer ? answer.message : answer.kind;
    throw new QuackmarkError("BAD_INPUT", `The replay could not be run: ${why}`);
  }
  if (answer.misfit !== null) process.stderr.write(`bench: ${answer.misfit}\n`);
  process.stdout.write(asJson ? jsonOf(answer, line) : renderReplay(answer, line));
  return answer.findings.length > 0 ? EXIT.invariantViolated : EXIT.pass;
}

function jsonOf(
  { scenario, case: lines, findings, preemptions, misfit }: ReplayOutcome,
  seedLine: string,
): string {
  const shown = { scenario, seedLine, case: lines, findings, preemptions, misfit };
  const document = { kind: "race-replay", ...shown };
  return `${JSON.stringify(document, null, 2)}\n`;
}
