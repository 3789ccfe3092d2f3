/**
 * Deletes ended units, a slice in one transaction. Rows are locked first and what somebody else holds is left
 * out, so that nothing waits for a purge; what comes to depend on a locked job waits, and is then told that it is gone.
 */

/** Makes the parents that have ended stay while the caller's transaction lasts; see {@link PURGE}. */
export const KEEP_ENDED = `
CREATE OR REPLACE FUNCTION {s}.keep_ended(p_ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM {s}.ended_jobs WHERE id = ANY(p_ids) ORDER BY id FOR KEY SHARE;
END $$`;

/** `p_units` and `p_jobs` are pairs. A unit goes as a whole, or stays where a job of it lives, is held, or is the parent of a live job. */
export const PURGE = `
CREATE OR REPLACE FUNCTION {s}.purge(p_units bigint[], p_jobs bigint[], OUT jobs bigint, OUT runs bigint) LANGUAGE plpgsql AS $$
DECLARE
  v_locked bigint[]; v_ids bigint[]; v_runs bigint[];
BEGIN
  v_locked := ARRAY(SELECT e.id FROM {s}.ended_jobs e WHERE e.id = ANY(p_jobs) ORDER BY e.id FOR UPDATE SKIP LOCKED);
  -- A statement of its own: it sees what was committed before the locks were had.
  v_ids := ARRAY(
    WITH m AS (SELECT * FROM unnest(p_units, p_jobs) AS m(unit, id)), l AS (SELECT unnest(v_locked) AS id),
    kept AS (
      SELECT m.unit FROM m WHERE m.id NOT IN (SELECT l.id FROM l)
      UNION SELECT m.unit FROM m JOIN {s}.job_dependencies d ON d.parent_job_id = m.id JOIN {s}.live_jobs j ON j.id = d.child_job_id
      UNION SELECT m.unit FROM m JOIN {s}.ended_jobs e ON e.id = m.id JOIN {s}.live_jobs j ON j.run_id = e.run_id WHERE e.run_id > 0)
    SELECT m.id FROM m WHERE m.unit NOT IN (SELECT kept.unit FROM kept));
  DELETE FROM {s}.job_dependencies WHERE child_job_id = ANY(v_ids);
  DELETE FROM {s}.job_dependencies WHERE parent_job_id = ANY(v_ids);
  DELETE FROM {s}.past_attempts WHERE job_id = ANY(v_ids);
  DELETE FROM {s}.unique_keys WHERE job_id = ANY(v_ids);
  WITH g AS (DELETE FROM {s}.ended_jobs WHERE id = ANY(v_ids) RETURNING run_id)
    SELECT count(*), array_agg(DISTINCT g.run_id) FILTER (WHERE g.run_id > 0) INTO jobs, v_runs FROM g;
  DELETE FROM {s}.dag_runs WHERE id = ANY(v_runs);
  GET DIAGNOSTICS runs = ROW_COUNT;
END $$`;
