/** The trigger rules of `model/triggers.ts` in SQL, so that children are decided where their rows are locked. */

/** A test compares it with the original for every rule and all small counts. */
export const DECIDE = `
CREATE OR REPLACE FUNCTION {s}.decide(rule integer, total integer, pending integer, failed integer, skipped integer)
RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN total = 0 OR rule = 11 THEN -1
    WHEN rule = 0 THEN CASE WHEN failed > 0 THEN 2 WHEN skipped > 0 THEN 1 WHEN pending > 0 THEN -2 ELSE -1 END
    WHEN rule > 100 THEN CASE
      WHEN total - pending - failed - skipped >= rule - 100 THEN -1
      WHEN total - failed - skipped >= rule - 100 THEN -2
      WHEN failed > 0 THEN 2 ELSE 1 END
    WHEN rule = 1 AND total - pending - failed - skipped > 0 THEN -1
    WHEN rule = 2 AND total - pending - failed > 0 THEN 1
    WHEN rule = 5 AND total - pending - skipped > 0 THEN 1
    WHEN rule = 6 AND failed > 0 THEN -1
    WHEN rule = 7 AND total - pending - skipped > 0 THEN -1
    WHEN rule IN (8, 9) AND failed > 0 THEN 2
    WHEN rule = 10 AND skipped > 0 THEN 1
    WHEN pending > 0 THEN -2
    WHEN rule IN (2, 3, 5, 8, 10) THEN -1
    WHEN rule IN (6, 7) THEN 1
    WHEN rule IN (4, 9) AND total - failed - skipped > 0 THEN -1
    WHEN failed > 0 THEN 2
    ELSE 1 END
$$`;
