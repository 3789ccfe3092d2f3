/** How a database file is attached to an instance, and under which name. */
import type { Durability } from "../store.ts";
import { literal } from "./lock-down.ts";

/** The name under which the file is attached; views and users need not say it. */
export const CATALOG = "queue";

/** ATTACH takes no parameters: the path is written as a literal. */
export function attachStatement(
  file: string | null,
  durability: Durability,
  name: string = CATALOG,
): string {
  if (file === null) return `ATTACH ':memory:' AS ${name}`;
  const options = [
    "STORAGE_VERSION 'latest'",
    ...(durability === "relaxed" ? ["RECOVERY_MODE no_wal_writes"] : []),
  ];
  return `ATTACH ${literal(file)} AS ${name} (${options.join(", ")})`;
}

/** Where a database is copied to before the copy takes its place. */
export function compactPath(file: string): string {
  return `${file}.compact`;
}
