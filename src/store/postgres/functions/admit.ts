/** How jobs enter: enqueued, added to a run by a handler, or as a run that a job expands to. */

/** Links jobs of this transaction to parents that were there before; counts those that have ended, and decides. */
export const LINK_OUTSIDE = `
CREATE OR REPLACE FUNCTION {s}.link_outside(p_children bigint[], p_parents bigint[], p_now timestamptz, p_base double precision,
  p_max double precision, OUT ready integer, OUT delayed integer, OUT closed bigint[]) LANGUAGE plpgsql AS $$
DECLARE
  v_live bigint[]; v_missing bigint;
BEGIN
  -- A parent cannot end while its row is locked, so that none is missed between the two tables.
  v_live := ARRAY(SELECT id FROM {s}.live_jobs WHERE id = ANY(p_parents) ORDER BY id FOR UPDATE);
  PERFORM {s}.keep_ended(p_parents);
  SELECT p.id INTO v_missing FROM unnest(p_parents) AS p(id)
    WHERE p.id <> ALL(v_live) AND NOT EXISTS (SELECT 1 FROM {s}.ended_jobs e WHERE e.id = p.id) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'QM002', MESSAGE = 'There is no job ' || v_missing
      || ' to depend on: it never was, or it was purged; depend on a job that is there';
  END IF;
  UPDATE {s}.live_jobs SET has_children = true WHERE id = ANY(v_live) AND NOT has_children;
  INSERT INTO {s}.job_dependencies(child_job_id, parent_job_id) SELECT * FROM unnest(p_children, p_parents);
  UPDATE {s}.live_jobs j SET state = CASE WHEN j.rule = 11 THEN j.state ELSE 0 END, parents = j.parents + c.n,
    pending = j.pending + c.n - c.ended, failed_parents = j.failed_parents + c.failed, skipped_parents = j.skipped_parents + c.skipped
  FROM (
    SELECT o.child, count(*) AS n, count(e.id) AS ended,
      count(*) FILTER (WHERE e.state IN (4, 6) OR e.cause = 2) AS failed,
      count(*) FILTER (WHERE e.state = 5 AND e.cause <> 2) AS skipped
    FROM unnest(p_children, p_parents) AS o(child, parent) LEFT JOIN {s}.ended_jobs e ON e.id = o.parent AND o.parent <> ALL(v_live)
    GROUP BY o.child) c
  WHERE j.id = c.child;
  SELECT c.ready, c.delayed, c.closed INTO ready, delayed, closed
    FROM {s}.cascade(NULL, NULL, NULL, ARRAY(SELECT DISTINCT unnest(p_children)), NULL, p_now, p_base, p_max, 1) c;
END $$`;

/**
 * Takes unique keys for jobs to come, in the order of the keys; `ignored` are the nodes whose key another job
 * has, with that job. A live job that is replaced is returned for its cancel.
 */
export const TAKE_KEYS = `
CREATE OR REPLACE FUNCTION {s}.take_keys(p_nodes integer[], p_keys text[], p_windows double precision[], p_policy text, p_now timestamptz,
  OUT ignored integer[], OUT holders bigint[], OUT replaced bigint[]) LANGUAGE plpgsql AS $$
DECLARE
  r record; v_holder bigint; v_until timestamptz;
BEGIN
  ignored := '{}'; holders := '{}'; replaced := '{}';
  FOR r IN SELECT * FROM unnest(p_nodes, p_keys, p_windows) AS k(node, key, span) ORDER BY k.key LOOP
    v_until := coalesce(p_now + r.span * interval '1 millisecond', 'infinity');
    LOOP
      INSERT INTO {s}.unique_keys AS u(key, job_id, until) VALUES (r.key, 0, v_until)
        ON CONFLICT (key) DO UPDATE SET job_id = 0, until = EXCLUDED.until WHERE u.until <= p_now;
      EXIT WHEN FOUND;
      SELECT job_id INTO v_holder FROM {s}.unique_keys WHERE key = r.key FOR UPDATE;
      -- Its job has ended between the two statements: the key is free.
      CONTINUE WHEN NOT FOUND;
      IF p_policy = 'reject' THEN
        RAISE EXCEPTION USING ERRCODE = 'QM001', MESSAGE = 'Job ' || v_holder || ' has the unique key ' || to_json(r.key)
          || '; wait until the key is free, or enqueue with unique: "ignore" or "replace"';
      END IF;
      PERFORM 1 FROM {s}.live_jobs WHERE id = v_holder AND state IN (0, 1, 7) FOR UPDATE;
      IF p_policy = 'replace' AND FOUND THEN
        UPDATE {s}.unique_keys SET job_id = 0, until = v_until WHERE key = r.key;
        replaced := replaced || v_holder;
      ELSE
        ignored := ignored || r.node;
        holders := holders || v_holder;
      END IF;
      EXIT;
    END LOOP;
  END LOOP;
END $$`;

/**
 * Adds jobs in columns; one that is the same for all is an array of one. Nodes count from 1. Without a first id
 * ids are taken here. Edges are pairs of nodes, outside edges a node and the id of a job that is there.
 */
export const ADD_JOBS = `
CREATE OR REPLACE FUNCTION {s}.add_jobs(p_run bigint, p_first bigint, p_args text[], p_names text[], p_tasks text[], p_queues text[],
  p_priorities integer[], p_rules integer[], p_tries integer[], p_timeouts integer[], p_due double precision[],
  p_option_nodes integer[], p_options text[], p_children integer[], p_parents integer[], p_out_children integer[], p_out_parents bigint[],
  p_ignored integer[], p_now timestamptz, p_base double precision, p_max double precision,
  OUT first bigint, OUT ready integer, OUT delayed integer, OUT closed bigint[]) LANGUAGE plpgsql AS $$
DECLARE
  v_count integer := cardinality(p_args) - cardinality(p_ignored); v record;
BEGIN
  ready := 0; delayed := 0; closed := '{}'; first := p_first;
  IF v_count = 0 THEN first := 0; RETURN; END IF;
  IF first IS NULL THEN first := {s}.take_ids('{s}.job_ids', v_count); END IF;
  IF cardinality(p_children) = 0 AND cardinality(p_option_nodes) = 0 THEN
    INSERT INTO {s}.live_jobs(id, run_id, timeout_ms, rule, priority, max_attempts, state, "at", run_at, created_at, queue, task, name, args)
    SELECT first + n.node - 1, p_run, coalesce(n.timeout, p_timeouts[1]), coalesce(n.rule, p_rules[1]), coalesce(n.priority, p_priorities[1]),
      coalesce(n.tries, p_tries[1]), CASE WHEN n.due > extract(epoch FROM p_now) * 1000 THEN 7 ELSE 1 END,
      CASE WHEN n.due > extract(epoch FROM p_now) * 1000 THEN to_timestamp(n.due / 1000) ELSE p_now END, to_timestamp(n.due / 1000), p_now,
      coalesce(n.queue, p_queues[1]), coalesce(n.task, p_tasks[1]), n.name, n.args
    FROM unnest(p_args, p_names, p_tasks, p_queues, p_priorities, p_rules, p_tries, p_timeouts, p_due) WITH ORDINALITY
      AS n(args, name, task, queue, priority, rule, tries, timeout, due, node);
  ELSE
    INSERT INTO {s}.live_jobs(id, run_id, timeout_ms, rule, priority, max_attempts, state, "at", run_at, created_at, queue, task, name, args,
      options, unique_key, limit_key, backoff_ms, parents, pending, has_children)
    SELECT first + row_number() OVER (ORDER BY n.node) - 1, p_run, coalesce(n.timeout, p_timeouts[1]), coalesce(n.rule, p_rules[1]),
      coalesce(n.priority, p_priorities[1]), coalesce(n.tries, p_tries[1]),
      CASE WHEN e.n > 0 AND coalesce(n.rule, p_rules[1]) <> 11 THEN 0 WHEN n.due > extract(epoch FROM p_now) * 1000 THEN 7 ELSE 1 END,
      CASE WHEN n.due > extract(epoch FROM p_now) * 1000 THEN to_timestamp(n.due / 1000) ELSE p_now END, to_timestamp(n.due / 1000), p_now,
      coalesce(n.queue, p_queues[1]), coalesce(n.task, p_tasks[1]), n.name, n.args,
      o.options, o.options::json ->> 'uniqueKey', o.options::json ->> 'limitKey', (o.options::json ->> 'backoffMs')::double precision,
      coalesce(e.n, 0), coalesce(e.n, 0), d.parent IS NOT NULL
    FROM unnest(p_args, p_names, p_tasks, p_queues, p_priorities, p_rules, p_tries, p_timeouts, p_due) WITH ORDINALITY
      AS n(args, name, task, queue, priority, rule, tries, timeout, due, node)
    LEFT JOIN unnest(p_option_nodes, p_options) AS o(node, options) ON o.node = n.node
    LEFT JOIN (SELECT child, count(*)::integer AS n FROM unnest(p_children) AS c(child) GROUP BY child) e ON e.child = n.node
    LEFT JOIN (SELECT DISTINCT parent FROM unnest(p_parents) AS p(parent)) d ON d.parent = n.node
    WHERE n.node <> ALL(p_ignored);
    INSERT INTO {s}.job_dependencies(child_job_id, parent_job_id)
      SELECT first + e.child - 1, first + e.parent - 1 FROM unnest(p_children, p_parents) AS e(child, parent);
    UPDATE {s}.unique_keys k SET job_id = j.id FROM {s}.live_jobs j
      WHERE j.id >= first AND j.id < first + v_count AND j.unique_key = k.key AND k.job_id = 0;
  END IF;
  IF cardinality(p_out_children) > 0 THEN
    SELECT l.closed INTO closed FROM (
      SELECT array_agg(first + o.node - 1 - (SELECT count(*) FROM unnest(p_ignored) AS i(node) WHERE i.node < o.node)) AS children,
        array_agg(o.parent) AS parents
      FROM unnest(p_out_children, p_out_parents) AS o(node, parent) WHERE o.node <> ALL(p_ignored)) o,
      LATERAL {s}.link_outside(o.children, o.parents, p_now, p_base, p_max) l WHERE o.children IS NOT NULL;
    closed := coalesce(closed, '{}');
  ELSIF cardinality(p_children) = 0 AND cardinality(p_due) = 0 THEN
    ready := v_count;
    RETURN;
  END IF;
  SELECT count(*) FILTER (WHERE state = 1), count(*) FILTER (WHERE state = 7) INTO ready, delayed
    FROM {s}.live_jobs WHERE id >= first AND id < first + v_count;
END $$`;

/** The parameters of a function that takes jobs in columns. */
export const JOB_COLUMNS = `p_args text[], p_names text[], p_tasks text[], p_queues text[],
  p_priorities integer[], p_rules integer[], p_tries integer[], p_timeouts integer[], p_due double precision[],
  p_option_nodes integer[], p_options text[], p_children integer[], p_parents integer[], p_out_children integer[], p_out_parents bigint[]`;
const COLUMNS = `${JOB_COLUMNS}, p_now timestamptz, p_base double precision, p_max double precision`;
/** The same as they are handed on to `add_jobs`. */
export const ADDED_COLUMNS = `p_args, p_names, p_tasks, p_queues, p_priorities, p_rules, p_tries, p_timeouts, p_due, p_option_nodes, p_options,
  p_children, p_parents, p_out_children, p_out_parents`;

/** Jobs without a run. The ticket is kept with the instance: after a lost connection it says whether this was committed. */
export const ENQUEUE = `
CREATE OR REPLACE FUNCTION {s}.enqueue(${COLUMNS}, p_key_nodes integer[], p_keys text[], p_windows double precision[], p_policy text,
  p_instance bigint, p_ticket bigint, p_channel text,
  OUT first bigint, OUT ignored integer[], OUT holders bigint[], OUT ready integer, OUT delayed integer, OUT closed bigint[])
LANGUAGE plpgsql AS $$
DECLARE
  v_replaced bigint[]; v record;
BEGIN
  ignored := '{}'; holders := '{}';
  IF cardinality(p_keys) > 0 THEN
    SELECT k.ignored, k.holders, k.replaced INTO ignored, holders, v_replaced
      FROM {s}.take_keys(p_key_nodes, p_keys, p_windows, p_policy, p_now) k;
  END IF;
  SELECT * INTO v FROM {s}.add_jobs(0, NULL, ${ADDED_COLUMNS}, ignored, p_now, p_base, p_max);
  first := v.first; ready := v.ready; delayed := v.delayed; closed := v.closed;
  IF cardinality(v_replaced) > 0 THEN
    SELECT v.ready + c.ready, v.delayed + c.delayed, v.closed || c.closed INTO ready, delayed, closed
      FROM {s}.end_cancelled(v_replaced, 10, 0, p_now, p_base, p_max, p_channel) c;
  END IF;
  UPDATE {s}.instances SET ticket = p_ticket, first_job_id = first WHERE id = p_instance;
  PERFORM {s}.announce(v.ready, closed, p_channel);
END $$`;

/** Adds nodes to the run of a claimed job; the first id, or 0 for a token that is not current. */
export const ADD_NODES = `
CREATE OR REPLACE FUNCTION {s}.add_nodes(p_job bigint, p_attempt integer, ${COLUMNS}, p_instance bigint, p_ticket bigint, p_channel text,
  OUT first bigint, OUT ready integer, OUT delayed integer, OUT closed bigint[]) LANGUAGE plpgsql AS $$
DECLARE
  v_run bigint; v record;
BEGIN
  SELECT run_id INTO v_run FROM {s}.live_jobs WHERE id = p_job AND attempt = p_attempt AND state = 2 FOR UPDATE;
  first := 0; ready := 0; delayed := 0; closed := '{}';
  IF NOT FOUND THEN RETURN; END IF;
  IF v_run = 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'QM003', MESSAGE = 'Job ' || p_job || ' belongs to no run, so no nodes can be added; enqueue jobs instead';
  END IF;
  UPDATE {s}.dag_runs SET jobs = jobs + cardinality(p_args) WHERE id = v_run;
  SELECT * INTO v FROM {s}.add_jobs(v_run, NULL, ${ADDED_COLUMNS}, '{}', p_now, p_base, p_max);
  first := v.first; ready := v.ready; delayed := v.delayed; closed := v.closed;
  UPDATE {s}.instances SET ticket = p_ticket, first_job_id = first WHERE id = p_instance;
  PERFORM {s}.announce(ready, closed, p_channel);
END $$`;

/** A claimed job becomes a run of its own and waits for it; the run's id, or 0 for a token that is not current. */
export const EXPAND = `
CREATE OR REPLACE FUNCTION {s}.expand(p_job bigint, p_attempt integer, p_depth integer, p_name text, p_edges bigint, ${COLUMNS}, p_channel text,
  OUT first bigint, OUT ready integer, OUT delayed integer, OUT closed bigint[]) LANGUAGE plpgsql AS $$
DECLARE
  j {s}.live_jobs; v_depth integer; v record;
BEGIN
  SELECT * INTO j FROM {s}.live_jobs WHERE id = p_job AND attempt = p_attempt AND state = 2 FOR UPDATE;
  first := 0; ready := 0; delayed := 0; closed := '{}';
  IF NOT FOUND THEN RETURN; END IF;
  v_depth := coalesce((SELECT depth FROM {s}.dag_runs WHERE id = j.run_id), 0);
  IF v_depth >= p_depth THEN
    RAISE EXCEPTION USING ERRCODE = 'QM004', MESSAGE = 'Job ' || p_job || ' is nested ' || p_depth
      || ' runs deep, which is the limit; nest less, or raise subRunMaxDepth';
  END IF;
  first := {s}.take_ids('{s}.run_ids', 1);
  INSERT INTO {s}.past_attempts(job_id, attempt, worker, claim_cause, claim_seq, ready_at, claimed_at, state, cause, by_job, end_seq, ended_at, relevant_at)
    VALUES (j.id, j.attempt, j.worker, j.claim_cause, j.claim_seq, j.ready_at, j.claimed_at, 8, 0, first, nextval('{s}.seqs'), p_now, p_now);
  UPDATE {s}.live_jobs SET state = 8, suspect = false, worker = 0, claim_cause = 0, ready_at = NULL, claimed_at = NULL WHERE id = j.id;
  INSERT INTO {s}.dag_runs(id, name, jobs, edges, first_job_id, parent_job_id, parent_attempt, depth, created_at)
    VALUES (first, p_name, cardinality(p_args), p_edges, 0, j.id, j.attempt, v_depth + 1, p_now);
  SELECT * INTO v FROM {s}.add_jobs(first, NULL, ${ADDED_COLUMNS}, '{}', p_now, p_base, p_max);
  UPDATE {s}.dag_runs SET first_job_id = v.first WHERE id = first;
  ready := v.ready; delayed := v.delayed; closed := v.closed;
  PERFORM {s}.announce(ready, closed, p_channel);
END $$`;

/** The job of a slot: at most once for a slot, whichever process comes first. A job that has its key takes its place. */
export const FIRE = `
CREATE OR REPLACE FUNCTION {s}.fire(p_name text, p_slot bigint, ${COLUMNS}, p_key_nodes integer[], p_keys text[],
  p_windows double precision[], p_channel text,
  OUT first bigint, OUT ready integer, OUT delayed integer, OUT closed bigint[]) LANGUAGE plpgsql AS $$
DECLARE
  v record; v_ignored integer[] := '{}'; v_holders bigint[];
BEGIN
  UPDATE {s}.schedules SET last_slot_ms = p_slot WHERE name = p_name AND last_slot_ms < p_slot;
  first := 0; ready := 0; delayed := 0; closed := '{}';
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO {s}.control(seq, kind, key, value, ts) VALUES (nextval('{s}.seqs'), 'fired', p_name, p_slot::text, p_now);
  IF cardinality(p_keys) > 0 THEN
    SELECT k.ignored, k.holders INTO v_ignored, v_holders FROM {s}.take_keys(p_key_nodes, p_keys, p_windows, 'ignore', p_now) k;
  END IF;
  SELECT * INTO v FROM {s}.add_jobs(0, NULL, ${ADDED_COLUMNS}, v_ignored, p_now, p_base, p_max);
  first := coalesce(v_holders[1], v.first); ready := v.ready; delayed := v.delayed; closed := v.closed;
  PERFORM {s}.announce(ready, closed, p_channel);
END $$`;
