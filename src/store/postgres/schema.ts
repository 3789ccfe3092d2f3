/**
 * The tables. Live jobs and ended jobs live apart: what changes is small and is vacuumed often, what has
 * ended is only appended to and deleted in ranges. One attempt is one row, written when it ends; the view
 * `transitions` shows it as the claim and the end that the other store logs.
 *
 * `{s}` stands for the quoted schema.
 */

/** What a job is, in both tables. */
const FACTS = `id bigint PRIMARY KEY, run_id bigint NOT NULL, attempt integer NOT NULL DEFAULT 0,
  timeout_ms integer NOT NULL, rule integer NOT NULL, priority smallint NOT NULL,
  max_attempts smallint NOT NULL, tries smallint NOT NULL DEFAULT 0, state smallint NOT NULL,
  claim_cause smallint NOT NULL DEFAULT 0, worker bigint NOT NULL DEFAULT 0, claim_seq bigint NOT NULL DEFAULT 0,
  ready_at timestamptz, claimed_at timestamptz, run_at timestamptz, created_at timestamptz NOT NULL,
  queue text COLLATE "C" NOT NULL, task text COLLATE "C" NOT NULL, name text, args text NOT NULL,
  options text, unique_key text, limit_key text, backoff_ms double precision`;

/** The columns that move with a job from `live_jobs` to `ended_jobs` and back. */
export const FACT_NAMES = `id, run_id, attempt, timeout_ms, rule, priority, max_attempts, tries, claim_cause, worker,
  claim_seq, ready_at, claimed_at, run_at, created_at, queue, task, name, args, options, unique_key, limit_key, backoff_ms`;

/** Tables and indexes, in the order of their creation. */
export const TABLES: readonly string[] = [
  "CREATE TABLE {s}.schema_version(version integer NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
  "CREATE SEQUENCE {s}.job_ids",
  "CREATE SEQUENCE {s}.run_ids",
  "CREATE SEQUENCE {s}.instance_ids",
  "CREATE SEQUENCE {s}.seqs",
  // "at": ready → since when, delayed → due, claimed → end of the lease.
  `CREATE TABLE {s}.live_jobs(${FACTS}, pending integer NOT NULL DEFAULT 0, failed_parents integer NOT NULL DEFAULT 0,
     skipped_parents integer NOT NULL DEFAULT 0, parents integer NOT NULL DEFAULT 0, "at" timestamptz,
     has_children boolean NOT NULL DEFAULT false, suspect boolean NOT NULL DEFAULT false)
   WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)`,
  "CREATE INDEX live_jobs_ready ON {s}.live_jobs(queue, priority DESC, id) WHERE state = 1 AND NOT suspect",
  "CREATE INDEX live_jobs_suspect ON {s}.live_jobs(queue, id) WHERE state = 1 AND suspect",
  'CREATE INDEX live_jobs_due ON {s}.live_jobs("at") WHERE state = 7',
  "CREATE INDEX live_jobs_claimed ON {s}.live_jobs(queue, limit_key) WHERE state = 2",
  "CREATE INDEX live_jobs_run ON {s}.live_jobs(run_id) WHERE run_id > 0",
  `CREATE TABLE {s}.ended_jobs(${FACTS}, cause smallint NOT NULL, by_job bigint NOT NULL DEFAULT 0,
     ended_at timestamptz NOT NULL, end_seq bigint NOT NULL, payload text)`,
  "CREATE INDEX ended_jobs_run ON {s}.ended_jobs(run_id) WHERE run_id > 0",
  "CREATE INDEX ended_jobs_failed ON {s}.ended_jobs(id) WHERE state = 4",
  `CREATE TABLE {s}.past_attempts(job_id bigint NOT NULL, attempt integer NOT NULL, worker bigint NOT NULL,
     claim_cause smallint NOT NULL, claim_seq bigint NOT NULL, ready_at timestamptz, claimed_at timestamptz,
     state smallint NOT NULL, cause smallint NOT NULL, by_job bigint NOT NULL DEFAULT 0, end_seq bigint NOT NULL,
     ended_at timestamptz NOT NULL, relevant_at timestamptz, payload text)`,
  "CREATE INDEX past_attempts_job ON {s}.past_attempts(job_id)",
  "CREATE TABLE {s}.job_dependencies(child_job_id bigint NOT NULL, parent_job_id bigint NOT NULL)",
  "CREATE INDEX job_dependencies_parent ON {s}.job_dependencies(parent_job_id) INCLUDE (child_job_id)",
  "CREATE INDEX job_dependencies_child ON {s}.job_dependencies(child_job_id) INCLUDE (parent_job_id)",
  `CREATE TABLE {s}.dag_runs(id bigint PRIMARY KEY, name text, jobs bigint NOT NULL, edges bigint NOT NULL,
     first_job_id bigint NOT NULL, parent_job_id bigint NOT NULL DEFAULT 0, parent_attempt integer NOT NULL DEFAULT 0,
     depth integer NOT NULL DEFAULT 0, done bigint NOT NULL DEFAULT 0, failed bigint NOT NULL DEFAULT 0,
     skipped bigint NOT NULL DEFAULT 0, cancelled bigint NOT NULL DEFAULT 0, lost bigint NOT NULL DEFAULT 0,
     status text NOT NULL DEFAULT 'running', created_at timestamptz NOT NULL, ended_at timestamptz) WITH (fillfactor = 50)`,
  "CREATE INDEX dag_runs_parent ON {s}.dag_runs(parent_job_id) WHERE parent_job_id > 0",
  `CREATE TABLE {s}.unique_keys(key text PRIMARY KEY, job_id bigint NOT NULL, until timestamptz NOT NULL)`,
  "CREATE INDEX unique_keys_job ON {s}.unique_keys(job_id)",
  "CREATE TABLE {s}.paused_queues(queue text PRIMARY KEY)",
  // What was done to the queue from outside, for people who look: fired slots.
  "CREATE TABLE {s}.control(seq bigint NOT NULL, kind text NOT NULL, key text NOT NULL, value text, ts timestamptz NOT NULL)",
  // Times are milliseconds since the epoch, as the engine counts slots.
  "CREATE TABLE {s}.schedules(name text PRIMARY KEY, spec text NOT NULL, since_ms bigint NOT NULL, last_slot_ms bigint NOT NULL DEFAULT 0)",
  `CREATE TABLE {s}.rate_buckets(name text PRIMARY KEY, tokens double precision NOT NULL, filled_at timestamptz NOT NULL,
     ms_per_token double precision NOT NULL)`,
  // One row per open queue object: when it was last heard of, and the last enqueue that it committed.
  `CREATE TABLE {s}.instances(id bigint PRIMARY KEY, host text NOT NULL, pid integer NOT NULL, seen_at timestamptz NOT NULL,
     ticket bigint NOT NULL DEFAULT 0, first_job_id bigint NOT NULL DEFAULT 0) WITH (fillfactor = 50)`,
  "CREATE TYPE {s}.run_delta AS (run_id bigint, done bigint, failed bigint, skipped bigint, cancelled bigint, lost bigint)",
];

/** Version 2, for retention: what ended before a time is found by blocks, and deleted slices are vacuumed soon. */
export const BOUNDS: readonly string[] = [
  "CREATE INDEX ended_jobs_ended ON {s}.ended_jobs USING brin(ended_at) WITH (pages_per_range = 32, autosummarize = on)",
  "ALTER TABLE {s}.ended_jobs SET (autovacuum_vacuum_scale_factor = 0.05)",
  "ALTER TABLE {s}.past_attempts SET (autovacuum_vacuum_scale_factor = 0.05)",
  "ALTER TABLE {s}.job_dependencies SET (autovacuum_vacuum_scale_factor = 0.05)",
];

const STATE_TEXT = `CASE state WHEN 2 THEN 'claimed' WHEN 3 THEN 'done' WHEN 4 THEN 'failed' WHEN 5 THEN 'skipped'
  WHEN 6 THEN 'cancelled' WHEN 7 THEN 'delayed' WHEN 8 THEN 'expanded' WHEN 9 THEN 'ready' WHEN 10 THEN 'ready' END`;

/** Views with the names and columns of the embedded store; the tables beneath are ours to change. */
export const VIEWS: readonly string[] = [
  `CREATE VIEW {s}.jobs AS
   SELECT id, run_id, name, queue, task, args, priority, rule, max_attempts, timeout_ms, run_at, created_at, options FROM {s}.live_jobs
   UNION ALL
   SELECT id, run_id, name, queue, task, args, priority, rule, max_attempts, timeout_ms, run_at, created_at, options FROM {s}.ended_jobs`,
  `CREATE VIEW {s}.job_options AS SELECT id AS job_id, options FROM {s}.jobs WHERE options IS NOT NULL`,
  `CREATE VIEW {s}.transitions AS
   SELECT claim_seq AS seq, job_id, 2::smallint AS state, attempt, claimed_at AS ts, worker, ready_at AS relevant_at,
     claim_cause AS cause, 0::bigint AS by_job, NULL::text AS payload FROM {s}.past_attempts WHERE claimed_at IS NOT NULL
   UNION ALL
   SELECT end_seq, job_id, state, attempt, ended_at, worker, relevant_at, cause, by_job, payload FROM {s}.past_attempts
   UNION ALL
   SELECT claim_seq, id, 2::smallint, attempt, claimed_at, worker, ready_at, claim_cause, 0::bigint, NULL::text
     FROM {s}.ended_jobs WHERE claimed_at IS NOT NULL
   UNION ALL
   SELECT end_seq, id, state, attempt, ended_at, worker, ended_at, cause, by_job, payload FROM {s}.ended_jobs
   UNION ALL
   SELECT claim_seq, id, 2::smallint, attempt, claimed_at, worker, ready_at, claim_cause, 0::bigint, NULL::text
     FROM {s}.live_jobs WHERE state = 2`,
  `CREATE VIEW {s}.job_state AS
   SELECT id, run_id, name, queue, task, priority, ${STATE_TEXT} AS state, attempt, ended_at AS changed_at, payload FROM {s}.ended_jobs
   UNION ALL
   SELECT j.id, j.run_id, j.name, j.queue, j.task, j.priority,
     CASE WHEN j.state = 2 THEN 'claimed' WHEN j.state = 8 THEN 'expanded' WHEN p.end_seq IS NULL THEN 'pending'
       WHEN j.state = 7 THEN 'delayed' WHEN j.state = 1 THEN 'ready' ELSE 'pending' END,
     j.attempt, CASE WHEN j.state = 2 THEN j.claimed_at ELSE p.ended_at END, p.payload
   FROM {s}.live_jobs j LEFT JOIN LATERAL (
     SELECT end_seq, ended_at, payload FROM {s}.past_attempts WHERE job_id = j.id ORDER BY end_seq DESC LIMIT 1) p ON true`,
  `CREATE VIEW {s}.attempts AS
   SELECT job_id, attempt, worker, ready_at, claimed_at, ended_at, ${STATE_TEXT} AS outcome, payload
     FROM {s}.past_attempts WHERE claimed_at IS NOT NULL
   UNION ALL
   SELECT id, attempt, worker, ready_at, claimed_at, ended_at, ${STATE_TEXT}, payload FROM {s}.ended_jobs WHERE claimed_at IS NOT NULL
   UNION ALL
   SELECT id, attempt, worker, ready_at, claimed_at, NULL, NULL, NULL FROM {s}.live_jobs WHERE state = 2`,
  "CREATE VIEW {s}.dead_letter_queue AS SELECT id, run_id, name, queue, task, attempt, ended_at AS changed_at, payload AS error FROM {s}.ended_jobs WHERE state = 4",
  `CREATE VIEW {s}.dag_run_stats AS
   SELECT id, name, created_at, jobs, edges, done, failed, skipped, cancelled, ended_at AS last_change FROM {s}.dag_runs`,
  `CREATE VIEW {s}.queue_latency AS
   SELECT j.queue, t.job_id, t.attempt, extract(epoch FROM t.ts - t.relevant_at) * 1000 AS wait_ms
   FROM {s}.transitions t JOIN {s}.jobs j ON j.id = t.job_id WHERE t.state = 2`,
  // Backwards from the job that ended last, each time to the parent that ended last: what the run waited for.
  `CREATE VIEW {s}.critical_path AS
   WITH RECURSIVE steps(run_id, job_id, back) AS (
     SELECT r.id, l.id, 0 FROM {s}.dag_runs r CROSS JOIN LATERAL (
       SELECT e.id FROM {s}.ended_jobs e WHERE e.run_id = r.id ORDER BY e.ended_at DESC, e.id DESC LIMIT 1) l
     UNION ALL
     SELECT s.run_id, p.id, s.back + 1 FROM steps s CROSS JOIN LATERAL (
       SELECT e.id FROM {s}.job_dependencies d JOIN {s}.ended_jobs e ON e.id = d.parent_job_id
       WHERE d.child_job_id = s.job_id ORDER BY e.ended_at DESC, e.id DESC LIMIT 1) p),
   timed AS (
     SELECT s.run_id, s.job_id, s.back, e.name, e.task, ${STATE_TEXT.replace("CASE state", "CASE e.state")} AS state, e.created_at, e.ended_at,
       coalesce(e.claimed_at, (SELECT max(a.claimed_at) FROM {s}.past_attempts a WHERE a.job_id = e.id)) AS claimed_at
     FROM steps s JOIN {s}.ended_jobs e ON e.id = s.job_id)
   SELECT run_id, max(back) OVER (PARTITION BY run_id) - back + 1 AS step, job_id, name, task, state, claimed_at, ended_at,
     extract(epoch FROM ended_at - claimed_at) * 1000 AS run_ms,
     extract(epoch FROM ended_at - coalesce(lag(ended_at) OVER (PARTITION BY run_id ORDER BY back DESC), created_at)) * 1000 AS share_ms
   FROM timed`,
];
