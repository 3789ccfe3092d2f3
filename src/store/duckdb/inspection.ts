/** Read-only queries that show all that a queue has stored; for checks that trust nothing of the ledger. */

/** The log in its order. Times are microseconds since the epoch. */
export const LOG_QUERY =
  "SELECT seq, job_id, state, attempt, epoch_us(ts) AS ts_us, worker, epoch_us(relevant_at) AS at_us, cause, by_job, payload FROM transitions ORDER BY seq";

/** Every job with its state and the last `seq` of its rows. */
export const JOBS_QUERY = `SELECT s.id, s.run_id, s.state, s.attempt, s.payload, coalesce(t.seq, 0) AS seq FROM job_state s
  LEFT JOIN (SELECT job_id, max(seq) AS seq FROM transitions GROUP BY job_id) t ON t.job_id = s.id ORDER BY s.id`;

/** Every edge. */
export const EDGES_QUERY =
  "SELECT child_job_id, parent_job_id FROM job_dependencies ORDER BY child_job_id, parent_job_id";

/** Every run with the attempt that spawned it (0: none), and its members by state. */
export const RUNS_QUERY = `SELECT r.id, r.parent_job_id, r.parent_attempt, count(j.id) AS jobs,
    count(*) FILTER (j.state = 'done') AS done, count(*) FILTER (j.state = 'failed') AS failed,
    count(*) FILTER (j.state = 'skipped') AS skipped, count(*) FILTER (j.state = 'cancelled') AS cancelled
  FROM dag_runs r LEFT JOIN job_state j ON j.run_id = r.id GROUP BY ALL ORDER BY r.id`;

/** Every job as it was asked for: what tells which call it came from when that call's answer was lost. */
export const WANTED_QUERY = "SELECT id, run_id, args FROM jobs ORDER BY id";

/** A question that an owner may have: the longest wait of each queue. */
export const EXAMPLE_QUERY = "SELECT queue, max(wait_ms) FROM queue_latency GROUP BY ALL";
