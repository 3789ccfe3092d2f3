/** What every store is opened with, wherever it lives. */
import type { Clock } from "../lib/clock.ts";
import type { Random } from "../lib/random.ts";
import type { Config } from "../model/config.ts";
import type { LimitRules } from "../model/limits.ts";
import type { Gate } from "./duckdb/gate.ts";
import type { Durability } from "./store.ts";

/** See the file's head; every value is resolved. */
export interface StoreOptions {
  readonly durability: Durability;
  readonly config: Config;
  readonly clock: Clock;
  readonly gate: Gate | undefined;
  readonly limits: LimitRules;
  /** Where purges write what they delete, an absolute path; null for nowhere. */
  readonly archiveFolder: string | null;
  /** Spreads retries. */
  readonly random: Random;
}
