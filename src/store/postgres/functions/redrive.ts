/**
 * Brings jobs that ended back to life, and with them the jobs below that were skipped. Parents that live are
 * locked first: none of them can end between the count of a child's parents and the child's return.
 */
import { FACT_NAMES } from "../schema.ts";

const REVIVED = FACT_NAMES.split(",")
  .map((name) => `g.${name.trim()}`)
  .join(", ")
  .replace("g.tries", "0")
  .replace("g.claim_cause, g.worker", "0, 0")
  .replace("g.claim_seq, g.ready_at, g.claimed_at", "0, NULL, NULL");

/** Counts the parents of blocked jobs anew from the edges. */
export const RECOUNT = `
CREATE OR REPLACE FUNCTION {s}.recount(p_jobs bigint[]) RETURNS void LANGUAGE sql AS $$
  UPDATE {s}.live_jobs j SET parents = c.n, pending = c.n - c.ended, failed_parents = c.failed, skipped_parents = c.skipped
  FROM (
    SELECT i.id, count(d.parent_job_id)::integer AS n, count(e.id)::integer AS ended,
      (count(*) FILTER (WHERE e.state IN (4, 6) OR e.cause = 2))::integer AS failed,
      (count(*) FILTER (WHERE e.state = 5 AND e.cause <> 2))::integer AS skipped
    FROM unnest(p_jobs) AS i(id) LEFT JOIN {s}.job_dependencies d ON d.child_job_id = i.id
      LEFT JOIN {s}.ended_jobs e ON e.id = d.parent_job_id
    GROUP BY i.id) c
  WHERE j.id = c.id $$`;

/** Sorts candidates into those that can live again and those that cannot, with the reason. */
export const REDRIVABLE = `
CREATE OR REPLACE FUNCTION {s}.redrivable(p_job bigint, p_run bigint, p_queue text, p_task text, p_since timestamptz, p_before timestamptz,
  p_states integer[], p_now timestamptz, OUT redriven bigint[], OUT refused bigint[], OUT reasons text[]) LANGUAGE plpgsql AS $$
DECLARE
  c record; v_keys text[] := '{}'; v_holder bigint; v_reason text;
BEGIN
  redriven := '{}'; refused := '{}'; reasons := '{}';
  FOR c IN SELECT e.id, e.run_id, e.unique_key, r.parent_job_id, r.status FROM {s}.ended_jobs e LEFT JOIN {s}.dag_runs r ON r.id = e.run_id
      WHERE e.state = ANY(p_states) AND (p_job IS NULL OR e.id = p_job) AND (p_run IS NULL OR e.run_id = p_run)
        AND (p_queue IS NULL OR e.queue = p_queue) AND (p_task IS NULL OR e.task = p_task)
        AND (p_since IS NULL OR e.ended_at >= p_since) AND (p_before IS NULL OR e.ended_at < p_before)
      ORDER BY e.id FOR UPDATE OF e LOOP
    v_reason := NULL;
    IF c.parent_job_id > 0 AND c.status <> 'running' THEN
      v_reason := 'its sub-run ' || c.run_id || ' has ended; redrive job ' || c.parent_job_id || ', which makes a new one';
    ELSIF c.unique_key = ANY(v_keys) THEN
      v_reason := 'another job of this redrive has its unique key ' || to_json(c.unique_key);
    ELSIF c.unique_key IS NOT NULL THEN
      SELECT job_id INTO v_holder FROM {s}.unique_keys WHERE key = c.unique_key AND until > p_now AND job_id <> c.id FOR UPDATE;
      IF FOUND THEN v_reason := 'job ' || v_holder || ' has its unique key ' || to_json(c.unique_key); END IF;
    END IF;
    IF v_reason IS NULL THEN
      redriven := redriven || c.id;
      IF c.unique_key IS NOT NULL THEN v_keys := v_keys || c.unique_key; END IF;
    ELSE
      refused := refused || c.id; reasons := reasons || v_reason;
    END IF;
  END LOOP;
END $$`;

/** See the file's head. Children that were ready through an end that is undone wait again, unless they have started. */
export const REDRIVE = `
CREATE OR REPLACE FUNCTION {s}.redrive(p_job bigint, p_run bigint, p_queue text, p_task text, p_since timestamptz, p_before timestamptz,
  p_states integer[], p_now timestamptz, p_base double precision, p_max double precision, p_channel text,
  OUT redriven bigint[], OUT revived bigint[], OUT refused bigint[], OUT reasons text[], OUT ready integer, OUT delayed integer, OUT closed bigint[])
LANGUAGE plpgsql AS $$
DECLARE
  v_all bigint[]; v_again bigint[]; v_ready integer; v_delayed integer;
BEGIN
  SELECT r.redriven, r.refused, r.reasons INTO redriven, refused, reasons
    FROM {s}.redrivable(p_job, p_run, p_queue, p_task, p_since, p_before, p_states, p_now) r;
  revived := '{}'; ready := 0; delayed := 0; closed := '{}';
  IF cardinality(redriven) = 0 THEN RETURN; END IF;
  v_all := ARRAY(
    WITH RECURSIVE below(id) AS (
      SELECT unnest(redriven)
      UNION SELECT d.child_job_id FROM below b JOIN {s}.job_dependencies d ON d.parent_job_id = b.id
        JOIN {s}.ended_jobs e ON e.id = d.child_job_id AND e.state = 5)
    SELECT e.id FROM {s}.ended_jobs e LEFT JOIN {s}.dag_runs r ON r.id = e.run_id
    WHERE e.id IN (SELECT id FROM below) AND NOT coalesce(r.parent_job_id > 0 AND r.status <> 'running', false)
    ORDER BY e.id FOR UPDATE OF e);
  revived := ARRAY(SELECT id FROM unnest(v_all) AS a(id) WHERE id <> ALL(redriven) ORDER BY id);
  PERFORM 1 FROM {s}.live_jobs WHERE id IN (
    SELECT parent_job_id FROM {s}.job_dependencies WHERE child_job_id = ANY(v_all)
    UNION SELECT child_job_id FROM {s}.job_dependencies WHERE parent_job_id = ANY(v_all)) ORDER BY id FOR UPDATE;
  PERFORM {s}.keep_ended(ARRAY(SELECT parent_job_id FROM {s}.job_dependencies WHERE child_job_id = ANY(v_all)));
  WITH g AS (DELETE FROM {s}.ended_jobs WHERE id = ANY(v_all) RETURNING *),
  past AS (
    INSERT INTO {s}.past_attempts(job_id, attempt, worker, claim_cause, claim_seq, ready_at, claimed_at, state, cause, by_job, end_seq,
      ended_at, relevant_at, payload)
    SELECT g.id, g.attempt, g.worker, g.claim_cause, g.claim_seq, g.ready_at, g.claimed_at, g.state, g.cause, g.by_job, g.end_seq,
      g.ended_at, g.ended_at, g.payload FROM g
    UNION ALL
    SELECT g.id, g.attempt, 0, 0, 0, NULL, NULL, 10, 11, 0, nextval('{s}.seqs'), p_now, p_now, NULL FROM g),
  born AS (
    INSERT INTO {s}.live_jobs(${FACT_NAMES}, state, "at", has_children)
    SELECT ${REVIVED}, 0, p_now, EXISTS (SELECT 1 FROM {s}.job_dependencies d WHERE d.parent_job_id = g.id) FROM g),
  keyed AS (
    INSERT INTO {s}.unique_keys(key, job_id, until)
    SELECT g.unique_key, g.id, coalesce(g.created_at + (g.options::json ->> 'uniqueMs')::double precision * interval '1 millisecond', 'infinity')
    FROM g WHERE g.unique_key IS NOT NULL
    ON CONFLICT (key) DO UPDATE SET job_id = EXCLUDED.job_id, until = EXCLUDED.until)
  UPDATE {s}.dag_runs r SET failed = r.failed - c.failed, skipped = r.skipped - c.skipped, cancelled = r.cancelled - c.cancelled,
    done = r.done - c.done, lost = r.lost - c.lost, status = 'running', ended_at = NULL
  FROM (
    SELECT g.run_id, count(*) FILTER (WHERE g.state = 3) AS done, count(*) FILTER (WHERE g.state = 4) AS failed,
      count(*) FILTER (WHERE g.state = 5) AS skipped, count(*) FILTER (WHERE g.state = 6) AS cancelled,
      count(*) FILTER (WHERE (g.state = 4 OR (g.state = 5 AND g.cause = 2))
        AND NOT EXISTS (SELECT 1 FROM {s}.job_dependencies d WHERE d.parent_job_id = g.id)) AS lost
    FROM g WHERE g.run_id > 0 GROUP BY g.run_id) c
  WHERE r.id = c.run_id;
  WITH w AS (
    SELECT j.id, j.state FROM {s}.live_jobs j WHERE j.id <> ALL(v_all)
      AND j.id IN (SELECT child_job_id FROM {s}.job_dependencies WHERE parent_job_id = ANY(v_all))
      AND (j.state = 0 OR (j.state IN (1, 7) AND (j.attempt = 0 OR 10 = (
        SELECT a.state FROM {s}.past_attempts a WHERE a.job_id = j.id ORDER BY a.end_seq DESC LIMIT 1)))))
  SELECT array_agg(w.id), count(*) FILTER (WHERE w.state = 1), count(*) FILTER (WHERE w.state = 7) INTO v_again, v_ready, v_delayed FROM w;
  UPDATE {s}.live_jobs SET state = 0 WHERE id = ANY(v_again) AND state <> 0;
  PERFORM {s}.recount(v_all || coalesce(v_again, '{}'));
  SELECT c.ready - v_ready, c.delayed - v_delayed, c.closed INTO ready, delayed, closed
    FROM {s}.cascade(NULL, NULL, NULL, v_all || coalesce(v_again, '{}'), NULL, p_now, p_base, p_max, 1) c;
  PERFORM {s}.announce(ready, closed, p_channel);
END $$`;
