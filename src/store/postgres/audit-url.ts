/** Looks at a schema, or removes it, without opening a queue on it. */
import { systemClock } from "../../lib/clock.ts";
import type { Audit } from "../store.ts";
import { audit } from "./audit.ts";
import { placeOf } from "./names.ts";
import { Readers } from "./readers.ts";

async function withReaders<T>(
  text: string,
  use: (readers: Readers, schema: string) => Promise<T>,
): Promise<T> {
  const { url, schema } = placeOf(text);
  const readers = new Readers({ url, durability: "full", clock: systemClock, reconnectMs: 0 });
  try {
    return await use(readers, schema);
  } finally {
    await readers.close();
  }
}

/** Audits all that a schema holds. */
export function auditUrl(url: string): Promise<Audit> {
  return withReaders(url, (readers, schema) => audit(readers, schema, null));
}

/** Removes a schema with all in it. */
export async function dropSchema(url: string): Promise<void> {
  await withReaders(url, (readers, schema) =>
    readers.rows(`DROP SCHEMA IF EXISTS ${schema} CASCADE`),
  );
}
