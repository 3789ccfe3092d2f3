/** Operations that callers of the queue ask for from outside. */
import type { Config } from "../../model/config.ts";
import type { JobFilter, Token } from "../store.ts";
import type { Operation } from "./lane.ts";
import { inSchema } from "./names.ts";
import type { Session } from "./session.ts";
import type { Changed } from "./waiting.ts";

/** What a cancel did. */
export interface Cancelled extends Changed {
  readonly cancelled: number;
  /** Claims that ended with it, of this process and of others. */
  readonly revoked: readonly Token[];
}

/** Cancels every live job that matches. */
export function cancelOperation(
  { schema, channel, offsetMs }: Session,
  config: Config,
  { jobId, runId, queue, task }: JobFilter,
  nowMs: number,
): Operation<Cancelled> {
  const text = inSchema(
    schema,
    "SELECT * FROM {s}.cancel($1, $2, $3, $4, to_timestamp($5::float8 / 1000), $6, $7, $8)",
  );
  const values = [
    jobId,
    runId,
    queue,
    task,
    nowMs + offsetMs,
    config.retryBackoffMs,
    config.retryBackoffMaxMs,
    channel,
  ];
  return {
    async send(client) {
      const { rows } = await client.query(text, values);
      const { cancelled, revoked, attempts, ready, delayed, closed } = rows[0];
      return {
        cancelled,
        revoked: (revoked as string[]).map((id, index) => ({
          jobId: Number(id),
          attempt: attempts[index] as number,
        })),
        ready,
        delayed,
        closed: closed.map(Number),
      };
    },
  };
}

/** Pauses a queue, or resumes it. */
export function pauseOperation(
  schema: string,
  channel: string,
  queue: string,
  paused: boolean,
): Operation<void> {
  const text = paused
    ? "INSERT INTO {s}.paused_queues VALUES ($1) ON CONFLICT DO NOTHING"
    : "DELETE FROM {s}.paused_queues WHERE queue = $1";
  return {
    async send(client) {
      await client.query(inSchema(schema, text), [queue]);
      if (!paused) await client.query("SELECT pg_notify($1, 'ready')", [channel]);
    },
  };
}

/** Sets a schedule, or with null removes it. One that is set again keeps its last slot. */
export function scheduleOperation(
  schema: string,
  name: string,
  spec: string | null,
  nowMs: number,
): Operation<void> {
  const text =
    spec === null
      ? "DELETE FROM {s}.schedules WHERE name = $1"
      : `INSERT INTO {s}.schedules(name, spec, since_ms) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET spec = EXCLUDED.spec, since_ms = EXCLUDED.since_ms`;
  const values = spec === null ? [name] : [name, spec, Math.round(nowMs)];
  return {
    async send(client) {
      await client.query(inSchema(schema, text), values);
    },
  };
}
