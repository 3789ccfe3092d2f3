/**
 * What the ends of jobs mean for those that wait for them, in the transaction that ends them.
 *
 * Two parents that end at once on two machines both update the row of their child. The second waits for
 * the first one's commit and then sees its counts, so exactly one of them finds the child decided. Rows
 * are updated in the order of their ids; a skip that crosses another one can still deadlock, which the
 * server resolves and the lane repeats.
 */
import { FACT_NAMES } from "../schema.ts";

const MOVED = FACT_NAMES.split(",")
  .map((name) => `g.${name.trim()}`)
  .join(", ");

/**
 * Children, run counts, and jobs that waited for a sub-run; until nothing follows any more. A fate is 0 for an
 * end that is a success to the children, 1 for a failure, 2 for a skip by a rule. Touched jobs are decided too.
 */
export const CASCADE = `
CREATE OR REPLACE FUNCTION {s}.cascade(p_ids bigint[], p_fates integer[], p_roots bigint[], p_touched bigint[], p_counts {s}.run_delta[],
  p_now timestamptz, p_base double precision, p_max double precision, p_factor double precision,
  OUT ready integer, OUT delayed integer, OUT closed bigint[]) LANGUAGE plpgsql AS $$
DECLARE
  v_ids bigint[] := coalesce(p_ids, '{}');
  v_fates integer[] := p_fates;
  v_roots bigint[] := p_roots;
  v_touched bigint[] := coalesce(p_touched, '{}');
  v_counts {s}.run_delta[] := coalesce(p_counts, '{}');
  v_level {s}.run_delta[];
  v_skipped bigint[]; v_causes integer[]; v_keyed bigint[]; v_subs bigint[];
  v_ready integer; v_delayed integer;
BEGIN
  ready := 0; delayed := 0; closed := '{}';
  LOOP
    WHILE cardinality(v_ids) + cardinality(v_touched) > 0 LOOP
      WITH e AS (SELECT * FROM unnest(v_ids, v_fates, v_roots) AS e(id, fate, root)),
      c AS MATERIALIZED (
        SELECT d.child_job_id AS id, count(*)::integer AS n, (count(*) FILTER (WHERE e.fate = 1))::integer AS f,
          (count(*) FILTER (WHERE e.fate = 2))::integer AS s,
          coalesce(min(e.root) FILTER (WHERE e.fate = 1), min(e.root) FILTER (WHERE e.fate = 2), min(e.root)) AS root
        FROM e JOIN {s}.job_dependencies d ON d.parent_job_id = e.id GROUP BY 1
        UNION ALL SELECT t.id, 0, 0, 0, 0 FROM unnest(v_touched) AS t(id) ORDER BY 1),
      u AS (
        UPDATE {s}.live_jobs j SET pending = j.pending - c.n, failed_parents = j.failed_parents + c.f,
          skipped_parents = j.skipped_parents + c.s,
          state = CASE WHEN {s}.decide(j.rule, j.parents, j.pending - c.n, j.failed_parents + c.f, j.skipped_parents + c.s) <> -1 THEN 0
            WHEN j.run_at > p_now THEN 7 ELSE 1 END,
          "at" = CASE WHEN j.run_at > p_now THEN j.run_at ELSE p_now END
        FROM c WHERE j.id = c.id AND j.state = 0
        RETURNING j.id, j.state, c.root, {s}.decide(j.rule, j.parents, j.pending, j.failed_parents, j.skipped_parents) AS decision)
      SELECT count(*) FILTER (WHERE u.state = 1), count(*) FILTER (WHERE u.state = 7),
        array_agg(u.id) FILTER (WHERE u.decision > 0), array_agg(u.decision) FILTER (WHERE u.decision > 0),
        array_agg(u.root) FILTER (WHERE u.decision > 0)
        INTO v_ready, v_delayed, v_skipped, v_causes, v_roots FROM u;
      ready := ready + v_ready;
      delayed := delayed + v_delayed;
      v_ids := '{}';
      v_touched := '{}';
      EXIT WHEN v_skipped IS NULL;
      WITH k AS (SELECT * FROM unnest(v_skipped, v_causes, v_roots) AS k(id, cause, by_job)),
      g AS (DELETE FROM {s}.live_jobs j USING k WHERE j.id = k.id RETURNING j.*, k.cause, k.by_job),
      kept AS (INSERT INTO {s}.ended_jobs(${FACT_NAMES}, state, cause, by_job, ended_at, end_seq)
        SELECT ${MOVED}, 5, g.cause, g.by_job, p_now, nextval('{s}.seqs') FROM g),
      r AS (SELECT g.run_id, count(*) AS n, count(*) FILTER (WHERE g.cause = 2 AND NOT g.has_children) AS lost
        FROM g WHERE g.run_id > 0 GROUP BY g.run_id)
      SELECT coalesce(array_agg(g.id) FILTER (WHERE g.has_children), '{}'),
        array_agg(CASE g.cause WHEN 2 THEN 1 ELSE 2 END) FILTER (WHERE g.has_children),
        array_agg(g.by_job) FILTER (WHERE g.has_children),
        array_agg(g.id) FILTER (WHERE g.unique_key IS NOT NULL),
        (SELECT array_agg(ROW(r.run_id, 0, 0, r.n, 0, r.lost)::{s}.run_delta) FROM r)
        INTO v_ids, v_fates, v_roots, v_keyed, v_level FROM g;
      v_counts := v_counts || coalesce(v_level, '{}');
      IF v_keyed IS NOT NULL THEN PERFORM {s}.free_keys(v_keyed); END IF;
      IF cardinality(v_counts) > 1000 THEN
        v_counts := ARRAY(SELECT ROW(d.run_id, sum(d.done), sum(d.failed), sum(d.skipped), sum(d.cancelled), sum(d.lost))::{s}.run_delta
          FROM unnest(v_counts) d GROUP BY d.run_id);
      END IF;
    END LOOP;
    EXIT WHEN cardinality(v_counts) = 0;
    WITH d AS MATERIALIZED (
      SELECT d.run_id, sum(d.done) AS done, sum(d.failed) AS failed, sum(d.skipped) AS skipped, sum(d.cancelled) AS cancelled,
        sum(d.lost) AS lost FROM unnest(v_counts) d GROUP BY d.run_id ORDER BY d.run_id),
    u AS (
      UPDATE {s}.dag_runs r SET done = r.done + d.done, failed = r.failed + d.failed, skipped = r.skipped + d.skipped,
        cancelled = r.cancelled + d.cancelled, lost = r.lost + d.lost,
        status = CASE WHEN r.done + r.failed + r.skipped + r.cancelled + d.done + d.failed + d.skipped + d.cancelled < r.jobs THEN 'running'
          WHEN r.lost + d.lost > 0 THEN 'failed' WHEN r.cancelled + d.cancelled > 0 THEN 'cancelled' ELSE 'done' END,
        ended_at = CASE WHEN r.done + r.failed + r.skipped + r.cancelled + d.done + d.failed + d.skipped + d.cancelled < r.jobs THEN NULL ELSE p_now END
      FROM d WHERE r.id = d.run_id RETURNING r.id, r.status, r.parent_job_id)
    SELECT coalesce(array_agg(u.id), '{}'), array_agg(u.id) FILTER (WHERE u.parent_job_id > 0)
      INTO v_skipped, v_subs FROM u WHERE u.status <> 'running';
    closed := closed || v_skipped;
    v_counts := '{}';
    EXIT WHEN v_subs IS NULL;
    SELECT s.ids, s.fates, s.roots, s.counts, s.delayed INTO v_ids, v_fates, v_roots, v_counts, v_delayed
      FROM {s}.end_expanded(v_subs, p_now, p_base, p_max, p_factor) s;
    delayed := delayed + v_delayed;
  END LOOP;
END $$`;

/** The jobs that waited for sub-runs which have closed: they end as their runs did, or try again. */
export const END_EXPANDED = `
CREATE OR REPLACE FUNCTION {s}.end_expanded(p_runs bigint[], p_now timestamptz, p_base double precision, p_max double precision,
  p_factor double precision, OUT ids bigint[], OUT fates integer[], OUT roots bigint[], OUT counts {s}.run_delta[], OUT delayed integer)
LANGUAGE plpgsql AS $$
DECLARE
  r record; j {s}.live_jobs; v_state integer; v_due timestamptz; v_payload text;
BEGIN
  ids := '{}'; fates := '{}'; roots := '{}'; counts := '{}'; delayed := 0;
  FOR r IN SELECT * FROM {s}.dag_runs WHERE id = ANY(p_runs) ORDER BY parent_job_id LOOP
    SELECT * INTO j FROM {s}.live_jobs WHERE id = r.parent_job_id AND state = 8 AND attempt = r.parent_attempt FOR UPDATE;
    CONTINUE WHEN NOT FOUND;
    v_payload := '{"subRun":' || r.id || '}';
    IF r.status = 'failed' AND j.tries + 1 < j.max_attempts THEN
      v_due := p_now + {s}.backoff(j.tries + 1, coalesce(j.backoff_ms, p_base), p_max, p_factor);
      UPDATE {s}.live_jobs SET state = 7, "at" = v_due, tries = j.tries + 1 WHERE id = j.id;
      INSERT INTO {s}.past_attempts(job_id, attempt, worker, claim_cause, claim_seq, state, cause, by_job, end_seq, ended_at, relevant_at, payload)
        VALUES (j.id, j.attempt, 0, 0, 0, 7, 13, 0, nextval('{s}.seqs'), p_now, v_due, v_payload);
      delayed := delayed + 1;
      CONTINUE;
    END IF;
    v_state := CASE r.status WHEN 'done' THEN 3 WHEN 'failed' THEN 4 ELSE 6 END;
    WITH g AS (DELETE FROM {s}.live_jobs WHERE id = j.id RETURNING *)
    INSERT INTO {s}.ended_jobs(${FACT_NAMES}, state, cause, by_job, ended_at, end_seq, payload)
      SELECT ${MOVED}, v_state, 13, CASE v_state WHEN 4 THEN 0 ELSE r.id END, p_now, nextval('{s}.seqs'), v_payload FROM g;
    IF v_state = 4 THEN UPDATE {s}.ended_jobs SET tries = j.tries + 1 WHERE id = j.id; END IF;
    IF j.unique_key IS NOT NULL THEN PERFORM {s}.free_keys(ARRAY[j.id]); END IF;
    IF j.has_children THEN
      ids := ids || j.id; fates := fates || CASE v_state WHEN 3 THEN 0 ELSE 1 END; roots := roots || j.id;
    END IF;
    IF j.run_id > 0 THEN
      counts := counts || ROW(j.run_id, (v_state = 3)::integer, (v_state = 4)::integer, 0, (v_state = 6)::integer,
        (v_state = 4 AND NOT j.has_children)::integer)::{s}.run_delta;
    END IF;
  END LOOP;
END $$`;

/** Small helpers of the others. */
export const HELPERS: readonly string[] = [
  `CREATE OR REPLACE FUNCTION {s}.free_keys(p_jobs bigint[]) RETURNS void LANGUAGE sql AS $$
     DELETE FROM {s}.unique_keys WHERE job_id = ANY(p_jobs) AND until = 'infinity' $$`,
  `CREATE OR REPLACE FUNCTION {s}.backoff(p_tries integer, p_base double precision, p_max double precision, p_factor double precision)
   RETURNS interval LANGUAGE sql IMMUTABLE AS $$
     SELECT round(least(p_max, p_base * 2 ^ (p_tries - 1)) * p_factor) * interval '1 millisecond' $$`,
  // Ids of one call are consecutive: whoever takes some waits until the one before has taken its own.
  `CREATE OR REPLACE FUNCTION {s}.take_ids(p_sequence regclass, p_count bigint) RETURNS bigint LANGUAGE plpgsql AS $$
   DECLARE v bigint;
   BEGIN
     PERFORM pg_advisory_lock(p_sequence::oid::bigint);
     v := nextval(p_sequence);
     IF p_count > 1 THEN PERFORM setval(p_sequence, v + p_count - 1); END IF;
     PERFORM pg_advisory_unlock(p_sequence::oid::bigint);
     RETURN v;
   END $$`,
];
