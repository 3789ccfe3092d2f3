/** One transaction on the lane's connection, and what is known of it when it fails. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Gate } from "./gate.ts";

/** The transaction was rolled back: certainly no effect. `cause` is the failure. */
export class RolledBack extends Error {}

/** The commit failed, or the connection is gone: whether the rows are stored is not known. */
class InDoubt extends Error {}

/** Runs `work` between BEGIN and COMMIT. @throws RolledBack, InDoubt */
export async function inTransaction<T>(
  connection: DuckDBConnection,
  gate: Gate | undefined,
  work: () => Promise<T>,
): Promise<T> {
  let value: T;
  try {
    if (gate) await gate("lane.begin");
    await connection.run("BEGIN");
    value = await work();
    if (gate) await gate("lane.commit");
  } catch (cause) {
    try {
      await connection.run("ROLLBACK");
    } catch {
      throw new InDoubt("the rollback failed too", { cause });
    }
    throw new RolledBack("rolled back", { cause });
  }
  try {
    await connection.run("COMMIT");
    if (gate) await gate("lane.committed");
  } catch (cause) {
    throw new InDoubt("the commit failed", { cause });
  }
  return value;
}
