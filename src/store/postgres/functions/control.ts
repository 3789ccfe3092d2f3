/** What callers of the queue do to jobs from outside. */
import { FACT_NAMES } from "../schema.ts";

const MOVED = FACT_NAMES.split(",")
  .map((name) => `g.${name.trim()}`)
  .join(", ");

/** Tells other processes what became ready and which runs ended. A hint: whoever misses it polls. */
export const ANNOUNCE = `
CREATE OR REPLACE FUNCTION {s}.announce(p_ready integer, p_closed bigint[], p_channel text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_run bigint;
BEGIN
  IF p_ready > 0 THEN PERFORM pg_notify(p_channel, 'ready'); END IF;
  FOREACH v_run IN ARRAY p_closed LOOP PERFORM pg_notify(p_channel, 'run ' || v_run); END LOOP;
END $$`;

/** Ends live jobs as cancelled, all of them before their children are decided. revoked were claimed. */
export const END_CANCELLED = `
CREATE OR REPLACE FUNCTION {s}.end_cancelled(p_ids bigint[], p_cause integer, p_by bigint, p_now timestamptz, p_base double precision,
  p_max double precision, p_channel text,
  OUT cancelled integer, OUT revoked bigint[], OUT attempts integer[], OUT ready integer, OUT delayed integer, OUT closed bigint[])
LANGUAGE plpgsql AS $$
DECLARE
  v_ids bigint[]; v_fates integer[]; v_keyed bigint[]; v_counts {s}.run_delta[]; v_waiting integer; v_late integer; v_run bigint;
  v_expanded bigint[];
BEGIN
  WITH g AS (DELETE FROM {s}.live_jobs WHERE id = ANY(p_ids) RETURNING *),
  kept AS (
    INSERT INTO {s}.ended_jobs(${FACT_NAMES}, state, cause, by_job, ended_at, end_seq)
    SELECT ${MOVED}, 6, p_cause, p_by, p_now, nextval('{s}.seqs') FROM g),
  r AS (SELECT g.run_id, count(*) AS n FROM g WHERE g.run_id > 0 GROUP BY g.run_id)
  SELECT count(*), coalesce(array_agg(g.id) FILTER (WHERE g.state = 2), '{}'), coalesce(array_agg(g.attempt) FILTER (WHERE g.state = 2), '{}'),
    count(*) FILTER (WHERE g.state = 1), count(*) FILTER (WHERE g.state = 7), array_agg(g.id) FILTER (WHERE g.has_children),
    array_agg(1) FILTER (WHERE g.has_children), array_agg(g.id) FILTER (WHERE g.unique_key IS NOT NULL),
    (SELECT array_agg(ROW(r.run_id, 0, 0, 0, r.n, 0)::{s}.run_delta) FROM r)
    INTO cancelled, revoked, attempts, v_waiting, v_late, v_ids, v_fates, v_keyed, v_counts FROM g;
  IF v_keyed IS NOT NULL THEN PERFORM {s}.free_keys(v_keyed); END IF;
  SELECT c.ready - v_waiting, c.delayed - v_late, c.closed INTO ready, delayed, closed
    FROM {s}.cascade(v_ids, v_fates, v_ids, NULL, v_counts, p_now, p_base, p_max, 1) c;
  IF cardinality(revoked) > 0 THEN PERFORM pg_notify(p_channel, 'revoked'); END IF;
END $$`;

/** Cancels every live job that matches all that is given, and the sub-runs of those. */
export const CANCEL = `
CREATE OR REPLACE FUNCTION {s}.cancel(p_job bigint, p_run bigint, p_queue text, p_task text, p_now timestamptz, p_base double precision,
  p_max double precision, p_channel text,
  OUT cancelled integer, OUT revoked bigint[], OUT attempts integer[], OUT ready integer, OUT delayed integer, OUT closed bigint[])
LANGUAGE plpgsql AS $$
DECLARE
  v_ids bigint[]; v_expanded bigint[]; v record; v_cause integer := 11; v_by bigint := 0; v_next bigint[]; v_parents bigint[];
  v_todo record;
BEGIN
  cancelled := 0; revoked := '{}'; attempts := '{}'; ready := 0; delayed := 0; closed := '{}';
  v_ids := ARRAY(SELECT j.id FROM {s}.live_jobs j WHERE (p_job IS NULL OR j.id = p_job) AND (p_run IS NULL OR j.run_id = p_run)
    AND (p_queue IS NULL OR j.queue = p_queue) AND (p_task IS NULL OR j.task = p_task) ORDER BY j.id FOR UPDATE);
  v_parents := ARRAY(SELECT j.id FROM {s}.live_jobs j WHERE j.id = ANY(v_ids) AND j.state = 8);
  LOOP
    EXIT WHEN cardinality(v_ids) = 0 AND cardinality(v_parents) = 0;
    IF cardinality(v_ids) > 0 THEN
      SELECT * INTO v FROM {s}.end_cancelled(v_ids, v_cause, v_by, p_now, p_base, p_max, p_channel);
      cancelled := cancelled + v.cancelled; revoked := revoked || v.revoked; attempts := attempts || v.attempts;
      ready := ready + v.ready; delayed := delayed + v.delayed; closed := closed || v.closed;
    END IF;
    EXIT WHEN cardinality(v_parents) = 0;
    -- Sub-runs go down with the jobs that they expand, one by one: each is by its own job.
    v_by := v_parents[1]; v_cause := 13;
    v_ids := ARRAY(SELECT j.id FROM {s}.live_jobs j JOIN {s}.dag_runs r ON r.id = j.run_id
      WHERE r.parent_job_id = v_by AND r.status = 'running' ORDER BY j.id FOR UPDATE OF j);
    v_parents := v_parents[2:] || ARRAY(SELECT j.id FROM {s}.live_jobs j WHERE j.id = ANY(v_ids) AND j.state = 8);
  END LOOP;
  PERFORM {s}.announce(ready, closed, p_channel);
END $$`;
