/** Claims in batches. */

/** The columns of a claim. */
export const HANDED_OUT_COLUMNS =
  "id bigint, run_id bigint, attempt integer, task text, args text, timeout_ms integer, priority smallint, alone boolean";
/** What a claim returns; the caller adds whether it is alone. */
export const HANDED_OUT =
  "RETURNING j.id, j.run_id, j.attempt, j.task, j.args, j.timeout_ms, j.priority";
/** What a claim writes. */
export const CLAIMED = `state = 2, attempt = j.attempt + 1, worker = p_worker, claim_seq = nextval('{s}.seqs'), ready_at = j."at",
  claimed_at = p_now, "at" = p_lease_until`;

/** Moves due jobs to ready; how many. */
export const PROMOTE = `
CREATE OR REPLACE FUNCTION {s}.promote(p_now timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE n integer;
BEGIN
  UPDATE {s}.live_jobs SET state = 1, "at" = p_now WHERE id IN (
    SELECT id FROM {s}.live_jobs WHERE state = 7 AND "at" <= p_now ORDER BY "at" LIMIT 10000 FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$`;

/**
 * Hands out up to `p_limit` ready jobs of the queues, in their order, best first; others skip the rows that
 * are locked here. A suspect is handed out alone, to a process that runs nothing else.
 */
export const CLAIM = `
CREATE OR REPLACE FUNCTION {s}.claim(p_queues text[], p_limit integer, p_worker bigint, p_busy boolean, p_lease_until timestamptz,
  p_now timestamptz, p_limits jsonb, p_born timestamptz)
RETURNS TABLE(${HANDED_OUT_COLUMNS})
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_queue text; v_left integer := p_limit; n integer;
BEGIN
  IF EXISTS (SELECT 1 FROM {s}.live_jobs j WHERE j.state = 1 AND j.suspect AND j.queue = ANY(p_queues)
      AND j.queue NOT IN (SELECT queue FROM {s}.paused_queues)) THEN
    IF p_busy THEN RETURN; END IF;
    RETURN QUERY UPDATE {s}.live_jobs j SET ${CLAIMED}, claim_cause = 9 WHERE j.id = (
      SELECT k.id FROM {s}.live_jobs k WHERE k.state = 1 AND k.suspect AND k.queue = ANY(p_queues)
        AND k.queue NOT IN (SELECT queue FROM {s}.paused_queues)
        ORDER BY array_position(p_queues, k.queue), k.priority DESC, k.id LIMIT 1 FOR UPDATE SKIP LOCKED) ${HANDED_OUT}, true;
    IF FOUND THEN RETURN; END IF;
  END IF;
  FOREACH v_queue IN ARRAY p_queues LOOP
    CONTINUE WHEN EXISTS (SELECT 1 FROM {s}.paused_queues WHERE queue = v_queue);
    IF p_limits IS NOT NULL THEN
      PERFORM pg_advisory_xact_lock('{s}.rate_buckets'::regclass::oid::bigint);
      RETURN QUERY SELECT * FROM {s}.claim_limited(v_queue, v_left, p_limits, p_worker, p_lease_until, p_now, p_born);
    ELSE
      RETURN QUERY UPDATE {s}.live_jobs j SET ${CLAIMED}, claim_cause = 0 WHERE j.ctid = ANY(ARRAY(
      SELECT k.ctid FROM {s}.live_jobs k WHERE k.state = 1 AND NOT k.suspect AND k.queue = v_queue
        ORDER BY k.priority DESC, k.id LIMIT v_left FOR UPDATE SKIP LOCKED)) ${HANDED_OUT}, false;
    END IF;
    GET DIAGNOSTICS n = ROW_COUNT;
    v_left := v_left - n;
    EXIT WHEN v_left <= 0;
  END LOOP;
END $$`;
