/** Compares the counters that live jobs keep for speed with what the edges and the ends of their parents say. */
import type { SelfCheck } from "../store.ts";
import { inSchema } from "./names.ts";
import type { Readers } from "./readers.ts";

const LIVE = `
  SELECT j.id, j.state, j.rule, j.run_at, j.parents, j.pending, j.failed_parents AS failed, j.skipped_parents AS skipped,
    count(d.parent_job_id) AS all_parents, count(d.parent_job_id) FILTER (WHERE e.id IS NULL) AS live_parents,
    count(e.id) FILTER (WHERE e.state IN (4, 6) OR e.cause = 2) AS failed_parents,
    count(e.id) FILTER (WHERE e.state = 5 AND e.cause <> 2) AS skipped_parents
  FROM {s}.live_jobs j LEFT JOIN {s}.job_dependencies d ON d.child_job_id = j.id LEFT JOIN {s}.ended_jobs e ON e.id = d.parent_job_id
  GROUP BY j.id ORDER BY j.id`;

/** One statement, so one snapshot: what runs meanwhile is not seen half. */
export async function selfCheck(readers: Readers, schema: string): Promise<SelfCheck> {
  const sql = `WITH l AS (${LIVE}) SELECT id, state, parents, pending, failed, skipped, all_parents, live_parents, failed_parents, skipped_parents,
    {s}.decide(rule, all_parents::integer, live_parents::integer, failed_parents::integer, skipped_parents::integer) AS decision FROM l`;
  const rows = (await readers.rows(inSchema(schema, sql))) as Record<string, number>[];
  const line = (id: unknown, blocked: boolean, counts: readonly unknown[]) =>
    // A job that left the blocked ones decided earlier, and is told of no parent any more.
    blocked ? `${id} blocked ${counts.join(" ")}` : `${id} decided`;
  const memory = rows.map((row) =>
    line(row["id"], row["state"] === 0, [
      row["parents"],
      row["pending"],
      row["failed"],
      row["skipped"],
    ]),
  );
  const log = rows.map((row) =>
    line(row["id"], row["decision"] === -2 && row["state"] === 0, [
      row["all_parents"],
      row["live_parents"],
      row["failed_parents"],
      row["skipped_parents"],
    ]),
  );
  const equal = memory.every((text, index) => text === log[index]);
  return { equal, memory, log };
}
