/** Audits what no queue has open, wherever it is stored. */
import { auditFile as auditDuckDB } from "./duckdb/audit.ts";
import type { Audit } from "./store.ts";

/** `place` is a DuckDB file or a PostgreSQL url; nothing is written. @throws InputError for a file that is not there */
export async function auditFile(place: string): Promise<Audit> {
  if (!isUrl(place)) return auditDuckDB(place);
  const { auditUrl } = await import("./postgres/audit-url.ts");
  return auditUrl(place);
}

/** Removes a queue with all its jobs from PostgreSQL; nothing happens where there is none. */
export async function dropQueue(url: string): Promise<void> {
  const { dropSchema } = await import("./postgres/audit-url.ts");
  await dropSchema(url);
}

function isUrl(place: string): boolean {
  return /^postgres(ql)?:\/\//.test(place);
}
