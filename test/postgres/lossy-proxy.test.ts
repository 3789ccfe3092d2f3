/** What a lost answer is: the server did what was asked, and whoever asked hears of a broken connection. */
import pg from "pg";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { type ConnectionCutter, openCutter } from "../../src/store/postgres/cut-connections.ts";
import { placeOf } from "../../src/store/postgres/names.ts";

const SCHEMA = `lossy_${process.pid}`;
const direct = new pg.Client(inject("postgresUrl"));
let cutter: ConnectionCutter;

beforeAll(async () => {
  await direct.connect();
  cutter = await openCutter(`${inject("postgresUrl")}?schema=${SCHEMA}`);
  await direct.query(`CREATE SCHEMA ${SCHEMA}; CREATE TABLE ${SCHEMA}.things (id bigint)`);
});

afterAll(async () => {
  await cutter.dropSchema();
  await cutter.close();
  await direct.end();
});

async function ids(): Promise<number[]> {
  const { rows } = await direct.query(`SELECT id FROM ${SCHEMA}.things ORDER BY id`);
  return rows.map(({ id }) => Number(id));
}

it("takes the answer to what is asked next, and the effect stands", async () => {
  const client = new pg.Client(placeOf(cutter.lossyUrl).url);
  client.on("error", () => undefined);
  await client.connect();
  await client.query(`INSERT INTO ${SCHEMA}.things VALUES (1)`);
  expect(await ids()).toEqual([1]);
  const lost = cutter.loseAnswer(0);
  await expect(client.query(`INSERT INTO ${SCHEMA}.things VALUES (2)`)).rejects.toThrow(
    /terminated|ECONNRESET/,
  );
  expect(await lost).toBe(true);
  expect(await ids()).toEqual([1, 2]);
  await expect(client.query("SELECT 1")).rejects.toThrow();
});

it("leaves alone who asks for nothing, and says so where nobody is connected", async () => {
  expect(await cutter.loseAnswer(0)).toBe(false);
  const client = new pg.Client(placeOf(cutter.lossyUrl).url);
  await client.connect();
  expect(await cutter.loseAnswer(7)).toBe(false);
  const { rows } = await client.query("SELECT 1 AS one");
  expect(rows).toEqual([{ one: 1 }]);
  await client.end();
});
