/** The ends of attempts, set by set. Only the holder of the current token can end one. */
import type { OutcomeKind } from "../../store.ts";
import { FACT_NAMES } from "../schema.ts";

const MOVED = FACT_NAMES.split(",")
  .map((name) => `g.${name.trim()}`)
  .join(", ")
  .replace("g.tries", "g.tries + (g.kind <> 1)::integer");

/** Numbers of the kinds of outcomes. The reaper adds 7: a lease ran out, 8: the holder died, 9: it died while it ran this job alone. */
export const KIND: Readonly<Record<OutcomeKind, number>> = {
  done: 1,
  fail: 2,
  timeout: 3,
  abandon: 4,
  release: 5,
  nack: 6,
};

/** The causes of the kinds, by their number; see `CAUSE`. */
const CAUSE_OF = "(ARRAY[0, 3, 4, 12, 6, 8, 7, 5, 5])";

/**
 * Ends attempts and decides what follows. `stale` are the places, from 1, of tokens that were not current.
 * `p_factors` shorten the waits between tries; `p_waits` are those of nacks, in milliseconds.
 */
export const SETTLE = `
CREATE OR REPLACE FUNCTION {s}.settle(p_jobs bigint[], p_attempts integer[], p_kinds integer[], p_payloads text[],
  p_waits double precision[], p_factors double precision[], p_base double precision, p_max double precision, p_now timestamptz,
  OUT stale integer[], OUT ready integer, OUT delayed integer, OUT closed bigint[]) LANGUAGE plpgsql AS $$
DECLARE
  v_all_done boolean := cardinality(p_kinds) = 1 AND p_kinds[1] = 1;
  v_gone bigint[]; v_kept bigint[] := '{}'; v_ids bigint[]; v_fates integer[]; v_roots bigint[]; v_keyed bigint[];
  v_counts {s}.run_delta[]; v_ready integer := 0; v_delayed integer := 0;
BEGIN
  WITH o AS (
    SELECT o.id, o.attempt, coalesce(o.kind, p_kinds[1]) AS kind, o.payload
    FROM unnest(p_jobs, p_attempts, p_kinds, p_payloads) AS o(id, attempt, kind, payload)),
  g AS (
    DELETE FROM {s}.live_jobs j USING o WHERE j.id = o.id AND j.attempt = o.attempt AND j.state = 2
      AND (o.kind IN (1, 4) OR (o.kind IN (2, 3, 7, 9) AND j.tries + 1 >= j.max_attempts))
    RETURNING j.*, o.kind, o.payload),
  kept AS (
    INSERT INTO {s}.ended_jobs(${FACT_NAMES}, state, cause, ended_at, end_seq, payload)
    SELECT ${MOVED}, CASE g.kind WHEN 1 THEN 3 ELSE 4 END, ${CAUSE_OF}[g.kind], p_now, nextval('{s}.seqs'), g.payload FROM g),
  r AS (
    SELECT g.run_id, count(*) FILTER (WHERE g.kind = 1) AS done, count(*) FILTER (WHERE g.kind <> 1) AS failed,
      count(*) FILTER (WHERE g.kind <> 1 AND NOT g.has_children) AS lost
    FROM g WHERE g.run_id > 0 GROUP BY g.run_id)
  SELECT coalesce(array_agg(g.id), '{}'), array_agg(g.id) FILTER (WHERE g.has_children),
    array_agg(CASE g.kind WHEN 1 THEN 0 ELSE 1 END) FILTER (WHERE g.has_children),
    array_agg(g.id) FILTER (WHERE g.unique_key IS NOT NULL),
    (SELECT array_agg(ROW(r.run_id, r.done, r.failed, 0, 0, r.lost)::{s}.run_delta) FROM r)
    INTO v_gone, v_ids, v_fates, v_keyed, v_counts FROM g;
  IF NOT v_all_done THEN
    WITH o AS (
      SELECT o.id, o.attempt, coalesce(o.kind, p_kinds[1]) AS kind, o.payload, coalesce(o.wait, 0) AS wait, coalesce(o.factor, 1) AS factor
      FROM unnest(p_jobs, p_attempts, p_kinds, p_payloads, p_waits, p_factors) AS o(id, attempt, kind, payload, wait, factor)),
    h AS MATERIALIZED (
      SELECT j.id, j.attempt, j.worker, j.claim_cause, j.claim_seq, j.ready_at, j.claimed_at, o.kind, o.payload,
        CASE WHEN o.kind IN (5, 8) THEN 9 ELSE 7 END AS logged,
        CASE WHEN o.kind IN (5, 8, 9) THEN p_now WHEN o.kind = 6 THEN p_now + o.wait * interval '1 millisecond'
          ELSE p_now + {s}.backoff(j.tries + 1, coalesce(j.backoff_ms, p_base), p_max, o.factor) END AS due
      FROM o JOIN {s}.live_jobs j ON j.id = o.id AND j.attempt = o.attempt AND j.state = 2
      WHERE o.kind <> 1 ORDER BY j.id FOR UPDATE OF j),
    u AS (
      UPDATE {s}.live_jobs j SET state = CASE h.logged WHEN 9 THEN 1 ELSE 7 END, "at" = h.due,
        tries = j.tries + CASE WHEN h.kind IN (2, 3, 7, 9) THEN 1 ELSE 0 END, suspect = h.kind IN (8, 9),
        claim_cause = 0, worker = 0, ready_at = NULL, claimed_at = NULL
      FROM h WHERE j.id = h.id RETURNING j.id, j.state),
    kept AS (
      INSERT INTO {s}.past_attempts(job_id, attempt, worker, claim_cause, claim_seq, ready_at, claimed_at, state, cause, end_seq,
        ended_at, relevant_at, payload)
      SELECT h.id, h.attempt, h.worker, h.claim_cause, h.claim_seq, h.ready_at, h.claimed_at, h.logged, ${CAUSE_OF}[h.kind],
        nextval('{s}.seqs'), p_now, h.due, h.payload FROM h)
    SELECT coalesce(array_agg(u.id), '{}'), count(*) FILTER (WHERE u.state = 1), count(*) FILTER (WHERE u.state = 7)
      INTO v_kept, v_ready, v_delayed FROM u;
  END IF;
  stale := '{}';
  IF cardinality(v_gone) + cardinality(v_kept) < cardinality(p_jobs) THEN
    stale := ARRAY(SELECT o.place FROM unnest(p_jobs) WITH ORDINALITY AS o(id, place)
      WHERE o.id <> ALL(v_gone) AND o.id <> ALL(v_kept));
  END IF;
  IF v_keyed IS NOT NULL THEN PERFORM {s}.free_keys(v_keyed); END IF;
  IF v_ids IS NULL AND v_counts IS NULL THEN
    ready := v_ready; delayed := v_delayed; closed := '{}';
  ELSE
    SELECT c.ready + v_ready, c.delayed + v_delayed, c.closed INTO ready, delayed, closed
      FROM {s}.cascade(v_ids, v_fates, v_ids, NULL, v_counts, p_now, p_base, p_max, 1) c;
  END IF;
END $$`;

/**
 * Frees claims whose leases have run out. A holder that was not heard of for a whole lease is taken for dead:
 * its jobs are suspects, which run again alone, and only a death while alone uses up a try.
 */
export const REAP = `
CREATE OR REPLACE FUNCTION {s}.reap(p_now timestamptz, p_lease double precision, p_base double precision, p_max double precision,
  p_factor double precision, OUT freed bigint[], OUT attempts integer[], OUT ready integer, OUT delayed integer, OUT closed bigint[])
LANGUAGE plpgsql AS $$
DECLARE
  v_kinds integer[];
BEGIN
  SELECT coalesce(array_agg(e.id), '{}'), array_agg(e.attempt), array_agg(e.kind) INTO freed, attempts, v_kinds FROM (
    SELECT j.id, j.attempt, CASE
      WHEN EXISTS (SELECT 1 FROM {s}.instances i WHERE i.id = j.worker >> 12 AND i.seen_at > p_now - p_lease * interval '1 millisecond') THEN 7
      WHEN j.claim_cause = 9 THEN 9 ELSE 8 END AS kind
    FROM {s}.live_jobs j WHERE j.state = 2 AND j."at" <= p_now ORDER BY j.id LIMIT 10000 FOR UPDATE OF j SKIP LOCKED) e;
  ready := 0; delayed := 0; closed := '{}';
  IF cardinality(freed) > 0 THEN
    SELECT s.ready, s.delayed, s.closed INTO ready, delayed, closed
      FROM {s}.settle(freed, attempts, v_kinds, '{}', '{}', array_fill(p_factor, ARRAY[cardinality(freed)]), p_base, p_max, p_now) s;
  END IF;
END $$`;

/** An instance is alive; renews what it holds, or with no new end only checks it. `lost` are the places, from 1, of tokens that are not current. */
export const RENEW = `
CREATE OR REPLACE FUNCTION {s}.renew(p_instance bigint, p_jobs bigint[], p_attempts integer[], p_lease_until timestamptz, p_now timestamptz,
  OUT lost integer[]) LANGUAGE plpgsql AS $$
BEGIN
  UPDATE {s}.instances SET seen_at = p_now WHERE id = p_instance;
  WITH o AS (SELECT * FROM unnest(p_jobs, p_attempts) WITH ORDINALITY AS o(id, attempt, place)),
  u AS (UPDATE {s}.live_jobs j SET "at" = coalesce(p_lease_until, j."at") FROM o
    WHERE j.id = o.id AND j.attempt = o.attempt AND j.state = 2 RETURNING o.place)
  SELECT coalesce(array_agg(o.place), '{}') INTO lost FROM o WHERE o.place NOT IN (SELECT u.place FROM u);
END $$`;

/** Claims whose holder is gone, though their leases have not run out. */
export const VOID_CLAIMS = `
CREATE OR REPLACE FUNCTION {s}.void_claims(p_jobs bigint[], p_attempts integer[], p_base double precision, p_max double precision,
  p_now timestamptz, p_channel text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_kinds integer[]; v record;
BEGIN
  v_kinds := ARRAY(SELECT CASE WHEN j.claim_cause = 9 THEN 9 ELSE 8 END FROM unnest(p_jobs) WITH ORDINALITY AS o(id, place)
    LEFT JOIN {s}.live_jobs j ON j.id = o.id ORDER BY o.place);
  SELECT * INTO v FROM {s}.settle(p_jobs, p_attempts, v_kinds, '{}', '{}', '{}', p_base, p_max, p_now);
  PERFORM {s}.announce(v.ready, v.closed, p_channel);
END $$`;
