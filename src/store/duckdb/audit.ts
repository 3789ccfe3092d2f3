/** Verifies what a database holds, from the tables alone: nothing of the ledger is trusted here. */
import { existsSync } from "node:fs";
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { InputError } from "../../lib/errors.ts";
import { resolveConfig } from "../../model/config.ts";
import type { Audit } from "../store.ts";
import { openDatabase } from "./database.ts";
import { takeLock } from "./lock.ts";
import { resolveDatabasePath } from "./place.ts";

/** Violations named in full; the rest are counted. */
const SHOWN = 20;

async function rows(connection: DuckDBConnection, sql: string): Promise<DuckDBValue[][]> {
  return (await connection.run(sql)).getRows();
}

/** Checks one run, or with null the whole database. */
export async function audit(connection: DuckDBConnection, runId: number | null): Promise<Audit> {
  const only = runId === null ? "" : `WHERE run_id = ${Number(runId)}`;
  const mine = `SELECT id FROM jobs ${only}`;
  const [count] = await rows(
    connection,
    `SELECT count(*), coalesce(min(id), 0), (SELECT count(*) FROM job_dependencies WHERE child_job_id IN (${mine})), coalesce(bit_xor(hash(id - (SELECT min(id) FROM jobs ${only}), task, args)), 0) FROM jobs ${only}`,
  );
  const first = Number(count?.[1]);
  const [edgeHash] = await rows(
    connection,
    `SELECT coalesce(bit_xor(hash(child_job_id - ${first}, parent_job_id - ${first})), 0) FROM job_dependencies WHERE child_job_id IN (${mine})`,
  );
  const once = await rows(
    connection,
    `SELECT j.id, count(t.seq) FILTER (t.state = 3), count(t.seq) FILTER (t.state BETWEEN 4 AND 6) FROM (${mine}) j LEFT JOIN (SELECT job_id, max(seq) AS seq FROM transitions WHERE state = 10 GROUP BY job_id) r ON r.job_id = j.id
     LEFT JOIN transitions t ON t.job_id = j.id AND t.state BETWEEN 3 AND 6 AND t.seq > coalesce(r.seq, 0)
     GROUP BY j.id HAVING count(t.seq) FILTER (t.state = 3) <> 1 OR count(t.seq) FILTER (t.state BETWEEN 4 AND 6) <> 0 ORDER BY j.id LIMIT ${SHOWN}`,
  );
  const early = await rows(
    connection,
    `SELECT d.child_job_id, d.parent_job_id FROM job_dependencies d JOIN (${mine}) j ON j.id = d.child_job_id
     JOIN (SELECT job_id, min(seq) AS seq FROM transitions WHERE state = 2 GROUP BY job_id) c ON c.job_id = d.child_job_id
     LEFT JOIN (SELECT job_id, max(seq) AS seq FROM transitions WHERE state = 3 GROUP BY job_id) p ON p.job_id = d.parent_job_id
     JOIN jobs k ON k.id = d.child_job_id WHERE k.rule = 0 AND (p.seq IS NULL OR p.seq > c.seq) ORDER BY 1, 2 LIMIT ${SHOWN}`,
  );
  const violations = [
    ...once.map(
      ([id, done, other]) => `job ${id}: done ${done} times, ended otherwise ${other} times`,
    ),
    ...early.map(
      ([child, parent]) => `job ${child} was claimed before its parent ${parent} was done`,
    ),
  ];
  return {
    jobs: Number(count?.[0]),
    edges: Number(count?.[2]),
    doneOnce: once.length === 0,
    ordered: early.length === 0,
    checksum: `${String(count?.[3])}-${String(edgeHash?.[0])}`,
    violations: violations.slice(0, SHOWN),
  };
}

/** Opens a database that no queue has open, audits it and closes it; no ledger is built and no row is written. */
export async function auditFile(path: string): Promise<Audit> {
  const file = resolveDatabasePath(path);
  if (file === null || !existsSync(file)) throw new InputError(`${path}: there is no such file`);
  const unlock = takeLock(file);
  try {
    const database = await openDatabase(file, {
      durability: "full",
      config: resolveConfig(),
      nowMs: 0,
      archiveFolder: null,
    });
    try {
      return await audit(database.reader, null);
    } finally {
      database.close();
    }
  } finally {
    unlock();
  }
}
