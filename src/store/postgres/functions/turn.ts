/** The turn: jobs enter, attempts end and jobs are claimed in one round trip and one commit. */
import { ADDED_COLUMNS, JOB_COLUMNS } from "./admit.ts";
import { HANDED_OUT_COLUMNS } from "./claim.ts";

const PARAMETERS = `p_jobs bigint[], p_attempts integer[], p_kinds integer[], p_payloads text[],
  p_waits double precision[], p_factors double precision[], p_base double precision, p_max double precision, p_now timestamptz,
  p_queues text[], p_limit integer, p_worker bigint, p_busy boolean, p_lease_until timestamptz, p_channel text, p_limits jsonb,
  p_born timestamptz`;

/**
 * Settles, then claims. The last row has no id and says in its `args`, as JSON, what else happened; the
 * rows before it are the claims. `p_notify` is the channel on which others are told that work is ready.
 */
export const TURN = `
CREATE OR REPLACE FUNCTION {s}.turn(${PARAMETERS})
RETURNS TABLE(${HANDED_OUT_COLUMNS})
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

/** The queues of jobs are not those that the claim asks. */
const apart = (list: string): string => list.replace("p_queues", "p_job_queues");

/**
 * Adds jobs, then does a turn, whose claim may take them. The first row has no id: its run is
 * the first of theirs. The ticket is kept as by `enqueue`.
 */
export const ENTER_AND_TURN = `
CREATE OR REPLACE FUNCTION {s}.enter_and_turn(${PARAMETERS}, ${apart(JOB_COLUMNS)}, p_instance bigint, p_ticket bigint)
RETURNS TABLE(${HANDED_OUT_COLUMNS})
LANGUAGE plpgsql AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM {s}.add_jobs(0, NULL, ${apart(ADDED_COLUMNS)}, '{}', p_now, p_base, p_max);
  UPDATE {s}.instances i SET ticket = p_ticket, first_job_id = v.first WHERE i.id = p_instance;
  RETURN QUERY SELECT NULL::bigint, v.first, NULL::integer, NULL::text, NULL::text, NULL::integer, NULL::smallint, NULL::boolean;
  RETURN QUERY SELECT * FROM {s}.turn(p_jobs, p_attempts, p_kinds, p_payloads, p_waits, p_factors, p_base, p_max, p_now, p_queues,
    p_limit, p_worker, p_busy, p_lease_until, p_channel, p_limits, p_born);
  -- Other processes hear only of what this one's claim has left.
  IF EXISTS (SELECT FROM {s}.live_jobs j WHERE j.id >= v.first AND j.id < v.first + cardinality(p_args) AND j.state = 1) THEN
    PERFORM pg_notify(p_channel, 'ready');
  END IF;
END $$`;
