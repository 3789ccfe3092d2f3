/**
 * Claims under limits on what runs at once and how often. Claims with limits go one at a time, so that two
 * processes together never pass a limit; what runs is counted from the claims, so that no count can drift.
 */
import { CLAIMED, HANDED_OUT } from "./claim.ts";

/** Fills a bucket up to now and says how many whole tokens it has. A new one was empty when the instance was born. */
export const FILL_BUCKET = `
CREATE OR REPLACE FUNCTION {s}.fill_bucket(p_name text, p_rate jsonb, p_now timestamptz, p_born timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_ms double precision := (p_rate ->> 'perMs')::double precision / (p_rate ->> 'count')::double precision;
  v_tokens double precision;
BEGIN
  INSERT INTO {s}.rate_buckets(name, tokens, filled_at, ms_per_token) VALUES (p_name, 0, p_born, v_ms) ON CONFLICT (name) DO NOTHING;
  UPDATE {s}.rate_buckets b SET ms_per_token = v_ms, filled_at = greatest(b.filled_at, p_now),
    tokens = least(coalesce((p_rate ->> 'burst')::double precision, (p_rate ->> 'count')::double precision),
      b.tokens + greatest(0, extract(epoch FROM p_now - b.filled_at) * 1000) / v_ms)
    WHERE b.name = p_name RETURNING b.tokens INTO v_tokens;
  RETURN floor(v_tokens);
END $$`;

/** How many jobs more a limit lets start. */
export const ROOM_OF = `
CREATE OR REPLACE FUNCTION {s}.room_of(p_kind text, p_name text, p_limit jsonb, p_most integer, p_now timestamptz, p_born timestamptz)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_room integer := p_most;
BEGIN
  IF p_limit ? 'concurrency' THEN
    v_room := least(v_room, (p_limit ->> 'concurrency')::integer - (SELECT count(*)::integer FROM {s}.live_jobs
      WHERE state = 2 AND CASE p_kind WHEN 'queue' THEN queue ELSE limit_key END = p_name));
  END IF;
  IF v_room > 0 AND p_limit ? 'rate' THEN
    v_room := least(v_room, {s}.fill_bucket(p_kind || ' ' || p_name, p_limit -> 'rate', p_now, p_born));
  END IF;
  RETURN v_room;
END $$`;

/** Claims from one queue, best first, leaving out jobs whose key has no room. */
export const CLAIM_LIMITED = `
CREATE OR REPLACE FUNCTION {s}.claim_limited(p_queue text, p_most integer, p_limits jsonb, p_worker bigint, p_lease_until timestamptz,
  p_now timestamptz, p_born timestamptz)
RETURNS TABLE(id bigint, run_id bigint, attempt integer, task text, args text, timeout_ms integer, priority smallint, alone boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_limit jsonb := p_limits -> 'queues' -> p_queue; v_key_limit jsonb; v_rooms jsonb := '{}'; v_used jsonb := '{}';
  v_take integer; v_room integer; v_ids bigint[] := '{}'; r record;
BEGIN
  v_take := {s}.room_of('queue', p_queue, coalesce(v_limit, '{}'), p_most, p_now, p_born);
  IF v_take <= 0 THEN RETURN; END IF;
  FOR r IN SELECT k.id, k.limit_key FROM {s}.live_jobs k WHERE k.state = 1 AND NOT k.suspect AND k.queue = p_queue
      ORDER BY k.priority DESC, k.id LOOP
    v_key_limit := CASE WHEN r.limit_key IS NULL THEN NULL ELSE coalesce(p_limits -> 'keys' -> r.limit_key, p_limits -> 'eachKey') END;
    IF v_key_limit IS NOT NULL THEN
      v_room := coalesce((v_rooms ->> r.limit_key)::integer, {s}.room_of('key', r.limit_key, v_key_limit, p_most, p_now, p_born));
      v_rooms := v_rooms || jsonb_build_object(r.limit_key, v_room - (v_room > 0)::integer);
      CONTINUE WHEN v_room <= 0;
      IF v_key_limit ? 'rate' THEN
        v_used := v_used || jsonb_build_object(r.limit_key, coalesce((v_used ->> r.limit_key)::integer, 0) + 1);
      END IF;
    END IF;
    v_ids := v_ids || r.id;
    EXIT WHEN cardinality(v_ids) >= v_take;
  END LOOP;
  RETURN QUERY UPDATE {s}.live_jobs j SET ${CLAIMED}, claim_cause = 0 WHERE j.id IN (
    SELECT k.id FROM {s}.live_jobs k WHERE k.id = ANY(v_ids) AND k.state = 1 FOR UPDATE SKIP LOCKED) ${HANDED_OUT}, false;
  UPDATE {s}.rate_buckets b SET tokens = b.tokens - u.used FROM (
    SELECT 'queue ' || p_queue AS name, cardinality(v_ids) AS used
    UNION ALL SELECT 'key ' || e.key, e.value::integer FROM jsonb_each_text(v_used) e) u WHERE b.name = u.name;
END $$`;
