/** Brings a schema to the version that this build knows, one process at a time. */
import type { Client } from "pg";
import { QuackmarkError } from "../../lib/errors.ts";
import { FUNCTIONS } from "./functions/index.ts";
import { inSchema } from "./names.ts";
import { BOUNDS, TABLES, VIEWS } from "./schema.ts";

/** Each is one version, from 1; applied ones are never edited. */
const MIGRATIONS: readonly (readonly string[])[] = [TABLES, BOUNDS];

/** The newest version. */
const VERSION = MIGRATIONS.length;

/** Functions and views hold no data: they are made anew whenever their text has changed. */
const CODE_MARK = "quackmark code";

/** Makes the tables of a new schema, or brings an old one up. @throws QuackmarkError for a newer one */
export async function migrate(client: Client, schema: string): Promise<void> {
  const code = [...VIEWS, ...FUNCTIONS].map((sql) => inSchema(schema, sql)).join(";\n");
  const mark = `${CODE_MARK} ${hashOf(code)}`;
  if (await isCurrent(client, schema, mark)) return;
  await client.query("BEGIN");
  try {
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
      `quackmark ${schema}`,
    ]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    const version = await versionOf(client, schema);
    if (version > VERSION) {
      throw new QuackmarkError(
        "NEWER_SCHEMA",
        `The schema ${schema} has version ${version}, and this build knows ${VERSION}; upgrade quackmark`,
      );
    }
    for (const [index, migration] of MIGRATIONS.entries()) {
      if (index < version) continue;
      await client.query(migration.map((sql) => inSchema(schema, sql)).join(";\n"));
      await client.query(`INSERT INTO ${schema}.schema_version(version) VALUES ($1)`, [index + 1]);
    }
    await client.query(dropViews(schema));
    await client.query(code);
    await client.query(`COMMENT ON SCHEMA ${schema} IS '${mark}'`);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function isCurrent(client: Client, schema: string, mark: string): Promise<boolean> {
  const { rows } = await client.query(
    "SELECT obj_description(oid, 'pg_namespace') AS mark FROM pg_namespace WHERE nspname = $1",
    [schema],
  );
  return rows[0]?.mark === mark && (await versionOf(client, schema)) === VERSION;
}

async function versionOf(client: Client, schema: string): Promise<number> {
  const { rows } = await client.query("SELECT to_regclass($1) IS NOT NULL AS there", [
    `${schema}.schema_version`,
  ]);
  if (rows[0]?.there !== true) return 0;
  const version = await client.query(
    `SELECT coalesce(max(version), 0) AS version FROM ${schema}.schema_version`,
  );
  return Number(version.rows[0]?.version);
}

function dropViews(schema: string): string {
  const names = VIEWS.map((sql) => /VIEW {s}\.(\w+)/.exec(sql)?.[1]).reverse();
  return names.map((name) => `DROP VIEW IF EXISTS ${schema}.${name} CASCADE`).join(";\n");
}

/** A short mark of a text (FNV-1a): it tells versions of our own code apart, no more. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash.toString(16);
}
