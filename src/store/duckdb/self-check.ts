/** Compares the ledger in memory with the one that the log gives. They are equal, or a bug is found. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { SelfCheck } from "../store.ts";
import { Ledger, type LedgerOptions } from "./ledger.ts";
import { snapshotOf } from "./ledger-snapshot.ts";
import { recover } from "./recovery.ts";

/** The log must hold all that the ledger has decided: nothing staged, nobody writing. */
export async function selfCheck(
  ledger: Ledger,
  connection: DuckDBConnection,
  options: LedgerOptions,
): Promise<SelfCheck> {
  const memory = snapshotOf(ledger, options.nowMs);
  const rebuilt = new Ledger(options, () => undefined);
  await recover(connection, rebuilt, "keep", options.nowMs, options.config.leaseMs);
  const log = snapshotOf(rebuilt, options.nowMs);
  const equal = memory.length === log.length && memory.every((line, index) => line === log[index]);
  return { equal, memory, log };
}
