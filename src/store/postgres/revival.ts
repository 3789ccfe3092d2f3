/** Redrives, as an operation of the lane. */

import type { Config } from "../../model/config.ts";
import { STATE } from "../../model/job.ts";
import type { DeadLetterFilter, RedriveReport } from "../records.ts";
import type { Operation } from "./lane.ts";
import { inSchema } from "./names.ts";
import type { Session } from "./session.ts";
import type { Changed } from "./waiting.ts";

/** What a redrive did. */
export interface Redriven extends Changed {
  readonly report: RedriveReport;
}

/** Brings what failed back, with `cancelled` also what was cancelled. */
export function redriveOperation(
  { schema, channel, offsetMs }: Session,
  config: Config,
  { jobId, runId, queue, task, since, before }: DeadLetterFilter,
  cancelled: boolean,
  nowMs: number,
): Operation<Redriven> {
  const states = cancelled ? `{${STATE.failed},${STATE.cancelled}}` : `{${STATE.failed}}`;
  const text = inSchema(
    schema,
    "SELECT * FROM {s}.redrive($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::float8 / 1000), $9, $10, $11)",
  );
  const values = [
    jobId,
    runId,
    queue,
    task,
    since,
    before,
    states,
    nowMs + offsetMs,
    config.retryBackoffMs,
    config.retryBackoffMaxMs,
    channel,
  ];
  return {
    async send(client) {
      const { rows } = await client.query(text, values);
      const { redriven, revived, refused, reasons, ready, delayed, closed } = rows[0];
      const report = {
        redriven: redriven.map(Number),
        revived: revived.map(Number),
        refused: (refused as string[]).map((id, index) => ({
          jobId: Number(id),
          reason: reasons[index] as string,
        })),
      };
      return { report, ready, delayed, closed: closed.map(Number) };
    },
  };
}
