/** The trigger rules in SQL are the ones of the model. */

import pg from "pg";
import { expect, inject, it } from "vitest";
import { AT_LEAST, decide, TRIGGER } from "../../src/model/triggers.ts";
import { DECIDE } from "../../src/store/postgres/functions/decide.ts";

it("decides every rule like the model, for all counts of up to four parents", async () => {
  const client = new pg.Client(inject("postgresUrl"));
  await client.connect();
  await client.query(DECIDE.replaceAll("{s}", "pg_temp"));
  const cases: number[][] = [];
  const rules = [...Object.values(TRIGGER), AT_LEAST + 1, AT_LEAST + 2, AT_LEAST + 4];
  for (const rule of rules)
    for (let total = 0; total <= 4; total++)
      for (let pending = 0; pending <= total; pending++)
        for (let failed = 0; failed + pending <= total; failed++)
          for (let skipped = 0; skipped + failed + pending <= total; skipped++)
            cases.push([rule, total, pending, failed, skipped]);
  const { rows } = await client.query(
    "SELECT pg_temp.decide(c[1], c[2], c[3], c[4], c[5]) AS decision FROM (SELECT ARRAY(SELECT json_array_elements_text(j)::integer) AS c FROM json_array_elements($1::json) WITH ORDINALITY AS e(j, place) ORDER BY place) x",
    [JSON.stringify(cases)],
  );
  await client.end();
  expect(rows.map(({ decision }) => decision)).toEqual(
    cases.map(([rule = 0, total = 0, pending = 0, failed = 0, skipped = 0]) =>
      decide(rule, { total, pending, failed, skipped }),
    ),
  );
  expect(cases.length).toBe(rules.length * 70);
});
