/**
 * Tells the session that changes jobs what it changed, as notices of the protocol: nothing is stored, and a session that
 * did not ask (`quackmark.watch`) pays for one look at a setting. What a transaction told holds when it is committed.
 */

/** The code of such a notice. */
export const TOLD_CODE = "QM100";

const MS = (time: string): string => `extract(epoch FROM ${time}) * 1000`;

/** One event, its times in milliseconds. */
const TELL = `
CREATE OR REPLACE FUNCTION {s}.tell(p_type integer, p_id bigint, p_run bigint, p_queue text, p_task text, p_attempt integer, p_worker bigint,
  p_at timestamptz, p_cause integer, p_by bigint, p_since timestamptz, p_due timestamptz, p_payload text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE NOTICE USING ERRCODE = '${TOLD_CODE}', MESSAGE = json_build_array(p_type, p_id, p_run, p_queue, p_task, p_attempt, p_worker,
    ${MS("p_at")}, p_cause, p_by, ${MS("(p_at - p_since)")}, ${MS("p_due")}, p_payload)::text;
END $$`;

/** Types beside the states: a job came, and one that was ready waits again. */
export const TOLD = { enqueued: -1, unready: -2 } as const;

const TELL_LIVE = `
CREATE OR REPLACE FUNCTION {s}.tell_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    -- A job that lives again has a past.
    IF EXISTS (SELECT FROM {s}.past_attempts a WHERE a.job_id = NEW.id) THEN RETURN NULL; END IF;
    PERFORM {s}.tell(${TOLD.enqueued}, NEW.id, NEW.run_id, NEW.queue, NEW.task, 0, 0, NEW.created_at, 0, 0, NULL, NULL, NULL);
    IF NEW.state = 1 THEN
      PERFORM {s}.tell(1, NEW.id, NEW.run_id, NEW.queue, NEW.task, 0, 0, NEW.created_at, 0, 0, NULL, NULL, NULL);
    END IF;
  ELSIF NEW.state = 2 AND OLD.state <> 2 THEN
    PERFORM {s}.tell(2, NEW.id, NEW.run_id, NEW.queue, NEW.task, NEW.attempt, NEW.worker, NEW.claimed_at, NEW.claim_cause, 0, NEW.ready_at, NULL, NULL);
  ELSIF NEW.state = 1 AND OLD.state IN (0, 7) THEN
    PERFORM {s}.tell(1, NEW.id, NEW.run_id, NEW.queue, NEW.task, NEW.attempt, 0, NEW."at", 0, 0, NULL, NULL, NULL);
  ELSIF NEW.state = 0 AND OLD.state IN (1, 7) THEN
    PERFORM {s}.tell(${TOLD.unready}, NEW.id, NEW.run_id, NEW.queue, NEW.task, NEW.attempt, 0, NEW."at", 0, 0, NULL, NULL, NULL);
  END IF;
  RETURN NULL;
END $$`;

const TELL_ENDED = `
CREATE OR REPLACE FUNCTION {s}.tell_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM {s}.tell(NEW.state, NEW.id, NEW.run_id, NEW.queue, NEW.task, NEW.attempt, NEW.worker, NEW.ended_at, NEW.cause, NEW.by_job,
    NEW.claimed_at, NULL, NEW.payload);
  RETURN NULL;
END $$`;

const TELL_PAST = `
CREATE OR REPLACE FUNCTION {s}.tell_past() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  j record;
BEGIN
  -- The end that a redrive undoes was told when it came.
  IF NEW.state < 7 THEN RETURN NULL; END IF;
  SELECT run_id, queue, task INTO j FROM {s}.live_jobs WHERE id = NEW.job_id;
  PERFORM {s}.tell(NEW.state, NEW.job_id, j.run_id, j.queue, j.task, NEW.attempt, NEW.worker, NEW.ended_at, NEW.cause, NEW.by_job,
    NEW.claimed_at, CASE NEW.state WHEN 7 THEN NEW.relevant_at END, NEW.payload);
  IF NEW.state = 9 THEN
    PERFORM {s}.tell(1, NEW.job_id, j.run_id, j.queue, j.task, NEW.attempt, 0, NEW.ended_at, 0, 0, NULL, NULL, NULL);
  END IF;
  RETURN NULL;
END $$`;

const trigger = (table: string, events: string, name: string): string[] => [
  `DROP TRIGGER IF EXISTS ${name} ON {s}.${table}`,
  `CREATE TRIGGER ${name} AFTER ${events} ON {s}.${table} FOR EACH ROW
   WHEN (current_setting('quackmark.watch', true) = 'on') EXECUTE FUNCTION {s}.${name}()`,
];

/** Functions and their triggers, in order. */
export const TELLING: readonly string[] = [
  TELL,
  TELL_LIVE,
  TELL_ENDED,
  TELL_PAST,
  ...trigger("live_jobs", "INSERT OR UPDATE OF state", "tell_live"),
  ...trigger("ended_jobs", "INSERT", "tell_ended"),
  ...trigger("past_attempts", "INSERT", "tell_past"),
];
