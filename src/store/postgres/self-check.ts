/** Compares what live jobs keep for speed with what the edges, the ends of their parents and their attempts say. */
import { STATE, STATE_NAMES } from "../../model/job.ts";
import type { SelfCheck } from "../store.ts";
import { inSchema } from "./names.ts";
import type { Readers } from "./readers.ts";

const LIVE = `
  SELECT j.id, j.state, j.rule, j.attempt, j.tries, j.parents, j.pending, j.failed_parents AS failed, j.skipped_parents AS skipped,
    coalesce(p.attempt, 0) + (j.state = 2)::integer AS logged_attempt, coalesce(p.tries, 0) AS logged_tries,
    count(d.parent_job_id)::integer AS all_parents, (count(d.parent_job_id) FILTER (WHERE e.id IS NULL))::integer AS live_parents,
    (count(e.id) FILTER (WHERE e.state IN (4, 6) OR e.cause = 2))::integer AS failed_parents,
    (count(e.id) FILTER (WHERE e.state = 5 AND e.cause <> 2))::integer AS skipped_parents
  FROM {s}.live_jobs j LEFT JOIN {s}.job_dependencies d ON d.child_job_id = j.id LEFT JOIN {s}.ended_jobs e ON e.id = d.parent_job_id
    LEFT JOIN LATERAL (
      SELECT max(a.attempt) AS attempt, (count(*) FILTER (WHERE a.state = 7 AND a.cause <> 8
        AND a.end_seq > coalesce((SELECT max(b.end_seq) FROM {s}.past_attempts b WHERE b.job_id = j.id AND b.state = 10), 0)))::integer AS tries
      FROM {s}.past_attempts a WHERE a.job_id = j.id) p ON true
  GROUP BY j.id, p.attempt, p.tries ORDER BY j.id`;

type Row = Readonly<Record<string, number>>;

/** A blocked job must be one that its rule lets wait. One that was decided is told of no parent any more. */
function stateOf(row: Row): string {
  const mustWait = row["decision"] === -2;
  const isWrong = row["state"] === STATE.blocked && !mustWait;
  return isWrong ? "blocked though decided" : (STATE_NAMES[row["state"] as number] as string);
}

function text(row: Row, state: string, fields: readonly string[]): string {
  const [attempt, tries, parents, pending, failed, skipped] = fields.map((field) => row[field]);
  const ofParents =
    row["state"] === STATE.blocked
      ? `, ${parents} parents (${pending} pending, ${failed} failed, ${skipped} skipped)`
      : "";
  return `${row["id"]} ${state}, attempt ${attempt}, tries ${tries}${ofParents}`;
}

/** One statement, so one snapshot: what runs meanwhile is not seen half. */
export async function selfCheck(readers: Readers, schema: string): Promise<SelfCheck> {
  const sql = `WITH l AS (${LIVE}) SELECT l.*, {s}.decide(rule, all_parents, live_parents, failed_parents, skipped_parents) AS decision FROM l`;
  const rows = (await readers.rows(inSchema(schema, sql))) as Row[];
  const memory = rows.map((row) =>
    text(row, STATE_NAMES[row["state"] as number] as string, [
      "attempt",
      "tries",
      "parents",
      "pending",
      "failed",
      "skipped",
    ]),
  );
  const log = rows.map((row) =>
    text(row, stateOf(row), [
      "logged_attempt",
      "logged_tries",
      "all_parents",
      "live_parents",
      "failed_parents",
      "skipped_parents",
    ]),
  );
  return { equal: memory.every((line, index) => line === log[index]), memory, log };
}
