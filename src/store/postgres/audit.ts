/** Verifies what a schema holds, from its tables alone. */
import type { Audit } from "../store.ts";
import { inSchema } from "./names.ts";
import type { Readers } from "./readers.ts";

/** Violations named in full; the rest are counted. */
const SHOWN = 20;
const MINE = "SELECT id FROM {s}.jobs WHERE $1::bigint IS NULL OR run_id = $1";

/** Checks one run, or with null the whole schema. */
export async function audit(
  readers: Readers,
  schema: string,
  runId: number | null,
): Promise<Audit> {
  const rows = async (sql: string) =>
    (await readers.rows(inSchema(schema, sql), [runId])) as Record<string, string>[];
  const [count] = await rows(
    `WITH mine AS (SELECT id, task, args FROM {s}.jobs WHERE $1::bigint IS NULL OR run_id = $1), first AS (SELECT coalesce(min(id), 0) AS id FROM mine)
     SELECT (SELECT count(*) FROM mine) AS jobs,
       (SELECT count(*) FROM {s}.job_dependencies WHERE child_job_id IN (SELECT id FROM mine)) AS edges,
       (SELECT coalesce(bit_xor(hashtextextended(concat_ws('|', m.id - first.id, m.task, m.args), 0)), 0)::text FROM mine m, first) AS job_hash,
       (SELECT coalesce(bit_xor(hashtextextended(concat_ws('|', d.child_job_id - first.id, d.parent_job_id - first.id), 0)), 0)::text
        FROM {s}.job_dependencies d, first WHERE d.child_job_id IN (SELECT id FROM mine)) AS edge_hash`,
  );
  const once = await rows(
    `SELECT j.id, count(t.seq) FILTER (WHERE t.state = 3) AS done, count(t.seq) FILTER (WHERE t.state BETWEEN 4 AND 6) - count(t.seq) FILTER (WHERE t.state = 10) AS other
     FROM (${MINE}) j LEFT JOIN {s}.transitions t ON t.job_id = j.id AND (t.state BETWEEN 3 AND 6 OR t.state = 10)
     GROUP BY j.id HAVING count(t.seq) FILTER (WHERE t.state = 3) <> 1
       OR count(t.seq) FILTER (WHERE t.state BETWEEN 4 AND 6) <> count(t.seq) FILTER (WHERE t.state = 10)
     ORDER BY j.id LIMIT ${SHOWN}`,
  );
  const early = await rows(
    `SELECT d.child_job_id AS child, d.parent_job_id AS parent FROM {s}.job_dependencies d JOIN (${MINE}) j ON j.id = d.child_job_id
     JOIN (SELECT job_id, min(seq) AS seq FROM {s}.transitions WHERE state = 2 GROUP BY job_id) c ON c.job_id = d.child_job_id
     LEFT JOIN (SELECT job_id, max(seq) AS seq FROM {s}.transitions WHERE state = 3 GROUP BY job_id) p ON p.job_id = d.parent_job_id
     JOIN {s}.jobs k ON k.id = d.child_job_id WHERE k.rule = 0 AND (p.seq IS NULL OR p.seq > c.seq) ORDER BY 1, 2 LIMIT ${SHOWN}`,
  );
  const violations = [
    ...once.map(
      ({ id, done, other }) => `job ${id}: done ${done} times, ended otherwise ${other} times`,
    ),
    ...early.map(
      ({ child, parent }) => `job ${child} was claimed before its parent ${parent} was done`,
    ),
  ];
  return {
    jobs: Number(count?.["jobs"]),
    edges: Number(count?.["edges"]),
    doneOnce: once.length === 0,
    ordered: early.length === 0,
    checksum: `${count?.["job_hash"]}-${count?.["edge_hash"]}`,
    violations: violations.slice(0, SHOWN),
  };
}
