/** The views over the log: what users see of the queue in SQL. They hold no data, so every migration makes them anew. */

const STATE_TEXT =
  "CASE state WHEN 2 THEN 'claimed' WHEN 3 THEN 'done' WHEN 4 THEN 'failed' WHEN 5 THEN 'skipped' WHEN 6 THEN 'cancelled' WHEN 7 THEN 'delayed' WHEN 8 THEN 'expanded' WHEN 9 THEN 'ready' WHEN 10 THEN 'ready' END";

/** `job_state` says `pending` of a job with no log row (blocked or ready). */
const JOB_STATE = `
  SELECT j.id, j.run_id, j.name, j.queue, j.task, j.priority, coalesce(l.state, 'pending') AS state, coalesce(l.attempt, 0) AS attempt, l.ts AS changed_at, l.payload
  FROM jobs j LEFT JOIN (
    SELECT job_id, arg_max(${STATE_TEXT}, seq) AS state, max(attempt) AS attempt, max(ts) AS ts, arg_max(payload, seq) AS payload
    FROM transitions GROUP BY job_id) l ON l.job_id = j.id`;

const ATTEMPTS = `
  SELECT c.job_id, c.attempt, c.worker, c.relevant_at AS ready_at, c.ts AS claimed_at, e.ts AS ended_at, e.state AS outcome, e.payload
  FROM transitions c LEFT JOIN (SELECT job_id, attempt, ts, payload, ${STATE_TEXT} AS state FROM transitions WHERE state IN (3, 4, 7, 9)) e
    ON e.job_id = c.job_id AND e.attempt = c.attempt WHERE c.state = 2`;

const DEAD_LETTER_QUEUE =
  "SELECT id, run_id, name, queue, task, attempt, changed_at, payload AS error FROM job_state WHERE state = 'failed'";

const DAG_RUN_STATS = `
  SELECT r.id, r.name, r.created_at, r.jobs, r.edges, count(*) FILTER (s.state = 'done') AS done, count(*) FILTER (s.state = 'failed') AS failed,
    count(*) FILTER (s.state = 'skipped') AS skipped, count(*) FILTER (s.state = 'cancelled') AS cancelled, max(s.changed_at) AS last_change
  FROM dag_runs r LEFT JOIN job_state s ON s.run_id = r.id GROUP BY ALL`;

const QUEUE_LATENCY = `
  SELECT j.queue, t.job_id, t.attempt, epoch_ms(t.ts) - epoch_ms(t.relevant_at) AS wait_ms FROM transitions t JOIN jobs j ON j.id = t.job_id WHERE t.state = 2`;

/** Backwards from the job that ended last, each time to the parent that ended last: what the run waited for. */
const CRITICAL_PATH = `
  WITH RECURSIVE ends AS MATERIALIZED (
    SELECT job_id, arg_max(${STATE_TEXT}, seq) AS state, max(ts) AS ended_at FROM transitions WHERE state BETWEEN 3 AND 6 GROUP BY job_id),
  claims AS (SELECT job_id, max(ts) AS claimed_at FROM transitions WHERE state = 2 GROUP BY job_id),
  last_parent AS MATERIALIZED (
    SELECT d.child_job_id AS job_id, arg_max(d.parent_job_id, (e.ended_at, d.parent_job_id)) AS parent_id
    FROM job_dependencies d JOIN ends e ON e.job_id = d.parent_job_id GROUP BY d.child_job_id),
  steps(run_id, job_id, back) AS (
    SELECT j.run_id, arg_max(j.id, (e.ended_at, j.id)), 0 FROM jobs j JOIN ends e ON e.job_id = j.id WHERE j.run_id > 0 GROUP BY j.run_id
    UNION ALL SELECT s.run_id, p.parent_id, s.back + 1 FROM steps s JOIN last_parent p ON p.job_id = s.job_id)
  SELECT s.run_id, max(s.back) OVER (PARTITION BY s.run_id) - s.back + 1 AS step, s.job_id, j.name, j.task, e.state, c.claimed_at, e.ended_at,
    epoch_ms(e.ended_at) - epoch_ms(c.claimed_at) AS run_ms,
    epoch_ms(e.ended_at) - coalesce(epoch_ms(lag(e.ended_at) OVER (PARTITION BY s.run_id ORDER BY s.back DESC)), epoch_ms(j.created_at)) AS share_ms
  FROM steps s JOIN jobs j ON j.id = s.job_id JOIN ends e ON e.job_id = s.job_id LEFT JOIN claims c ON c.job_id = s.job_id`;

/** The views by name, in the order of their creation. */
export const VIEWS: Readonly<Record<string, string>> = {
  job_state: JOB_STATE,
  attempts: ATTEMPTS,
  dead_letter_queue: DEAD_LETTER_QUEUE,
  dag_run_stats: DAG_RUN_STATS,
  queue_latency: QUEUE_LATENCY,
  critical_path: CRITICAL_PATH,
};
