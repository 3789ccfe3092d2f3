/** Read-only queries that show all that a queue has stored, with the names and columns of the embedded store's. */

/** Jobs, edges and runs; read one after the other from a queue that rests. */
export const INSPECTION = {
  jobs: `SELECT s.id, s.run_id, s.state, s.attempt, s.payload, coalesce(t.seq, 0) AS seq FROM job_state s
    LEFT JOIN (SELECT job_id, max(seq) AS seq FROM transitions GROUP BY job_id) t ON t.job_id = s.id ORDER BY s.id`,
  edges:
    "SELECT child_job_id, parent_job_id FROM job_dependencies ORDER BY child_job_id, parent_job_id",
  runs: `SELECT r.id, r.parent_job_id, r.parent_attempt, count(j.id) AS jobs,
    count(*) FILTER (WHERE j.state = 'done') AS done, count(*) FILTER (WHERE j.state = 'failed') AS failed,
    count(*) FILTER (WHERE j.state = 'skipped') AS skipped, count(*) FILTER (WHERE j.state = 'cancelled') AS cancelled
  FROM dag_runs r LEFT JOIN job_state j ON j.run_id = r.id GROUP BY r.id ORDER BY r.id`,
} as const;

/** Every job as it was asked for. */
export const WANTED_QUERY = "SELECT id, run_id, args FROM jobs ORDER BY id";

/** Jobs that have not ended. */
export const LIVE_QUERY =
  "SELECT count(*) AS live FROM job_state WHERE state NOT IN ('done', 'failed', 'skipped', 'cancelled')";
