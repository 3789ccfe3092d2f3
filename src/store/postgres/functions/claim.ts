/** Claims in batches, and the turn that settles and claims in one round trip and one commit. */

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
RETURNS TABLE(id bigint, run_id bigint, attempt integer, task text, args text, timeout_ms integer, priority smallint, alone boolean)
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

/**
 * Settles, then claims. The last row has no id and says in its `args`, as JSON, what else happened; the
 * rows before it are the claims. `p_notify` is the channel on which others are told that work is ready.
 */
export const TURN = `
CREATE OR REPLACE FUNCTION {s}.turn(p_jobs bigint[], p_attempts integer[], p_kinds integer[], p_payloads text[],
  p_waits double precision[], p_factors double precision[], p_base double precision, p_max double precision, p_now timestamptz,
  p_queues text[], p_limit integer, p_worker bigint, p_busy boolean, p_lease_until timestamptz, p_channel text, p_limits jsonb,
  p_born timestamptz)
RETURNS TABLE(id bigint, run_id bigint, attempt integer, task text, args text, timeout_ms integer, priority smallint, alone boolean)
LANGUAGE plpgsql AS $$
DECLARE
  v record; v_claimed integer := 0; v_promoted integer := 0; v_due timestamptz; v_run bigint;
BEGIN
  IF cardinality(p_jobs) > 0 THEN
    SELECT * INTO v FROM {s}.settle(p_jobs, p_attempts, p_kinds, p_payloads, p_waits, p_factors, p_base, p_max, p_now);
  ELSE
    SELECT '{}'::integer[] AS stale, 0 AS ready, 0 AS delayed, '{}'::bigint[] AS closed INTO v;
  END IF;
  IF p_limit > 0 THEN
    v_promoted := {s}.promote(p_now);
    RETURN QUERY SELECT * FROM {s}.claim(p_queues, p_limit, p_worker, p_busy, p_lease_until, p_now, p_limits, p_born);
    GET DIAGNOSTICS v_claimed = ROW_COUNT;
    IF v_claimed < p_limit THEN
      v_due := (SELECT min(j."at") FROM {s}.live_jobs j WHERE j.state = 7);
      IF p_limits IS NOT NULL THEN
        v_due := least(v_due, (SELECT min(b.filled_at + ceil((1 - b.tokens) * b.ms_per_token) * interval '1 millisecond')
          FROM {s}.rate_buckets b WHERE b.tokens < 1));
      END IF;
    END IF;
  END IF;
  -- An end makes room under a limit, perhaps for a job that another process asked for.
  IF v.ready + v_promoted > v_claimed OR (p_limits IS NOT NULL AND cardinality(p_jobs) > 0) THEN PERFORM pg_notify(p_channel, 'ready'); END IF;
  FOREACH v_run IN ARRAY v.closed LOOP PERFORM pg_notify(p_channel, 'run ' || v_run); END LOOP;
  RETURN QUERY SELECT NULL::bigint, NULL::bigint, NULL::integer, NULL::text, json_build_object('stale', v.stale, 'closed', v.closed,
    'ready', v.ready + v_promoted, 'claimed', v_claimed, 'delayed', v.delayed - v_promoted, 'asked', v_claimed < p_limit, 'dueMs', extract(epoch FROM v_due) * 1000)::text,
    NULL::integer, NULL::smallint, NULL::boolean;
END $$`;
