/** Compares the ledger in memory with the one that the log gives. They are equal, or a bug is found. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Config } from "../../model/config.ts";
import { Ledger } from "./ledger.ts";
import { snapshotOf } from "./ledger-snapshot.ts";
import { recover } from "./recovery.ts";

/** Live jobs as text, a line each. */
export interface SelfCheck {
  readonly equal: boolean;
  readonly memory: readonly string[];
  readonly log: readonly string[];
}

/** The log must hold all that the ledger has decided: nothing staged, nobody writing. */
export async function selfCheck(
  ledger: Ledger,
  connection: DuckDBConnection,
  config: Config,
  nowMs: number,
): Promise<SelfCheck> {
  const memory = snapshotOf(ledger);
  const rebuilt = new Ledger(config, () => undefined);
  await recover(connection, rebuilt, "keep", nowMs);
  const log = snapshotOf(rebuilt);
  const equal = memory.length === log.length && memory.every((line, index) => line === log[index]);
  return { equal, memory, log };
}
