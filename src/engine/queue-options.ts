/** How to open a queue, and how to call it: every option with its default. */
import type { Clock } from "../lib/clock.ts";
import type { ConfigInput } from "../model/config.ts";
import type { UniquePolicy } from "../model/job-options.ts";
import type { LimitRules } from "../model/limits.ts";
import type { Gate } from "../store/duckdb/gate.ts";
import type { SqlClient, Store, StrategyName } from "../store/store.ts";
import type { TelemetryOptions } from "./telemetry.ts";

/** How to open a queue. */
export interface QueueOptions {
  /** A DuckDB file, or `:memory:`. */
  readonly path?: string;
  /** A PostgreSQL database in place of a file: `postgres://user@host/database`, `?schema=name` for an own schema. */
  readonly url?: string;
  /** `full` (default): a commit is on disk when it resolves. `relaxed`: durable at checkpoints. */
  readonly durability?: "full" | "relaxed";
  /** Settings, or the path of a JSON file with them, such as `quackmark.config.json`; it is read nowhere else. */
  readonly config?: ConfigInput | string;
  /** What may run at once and how often, by queue and by key; default: no limit. */
  readonly limits?: LimitRules;
  /** A folder in which purges write what they delete as Parquet files, before they do; default: none. */
  readonly archiveFolder?: string;
  /** Takes a line for each attempt that ends, and what handlers log; default: nothing is logged. */
  readonly logger?: (line: string) => void;
  /** Metrics and spans through the OpenTelemetry API; `true`: to its global providers. Default: none. */
  readonly telemetry?: boolean | TelemetryOptions;
  readonly clock?: Clock;
  /** From 0 to below 1; spreads retries. Default: `Math.random`. */
  readonly random?: () => number;
  /** Awaited at every named step of the lane; for tests. */
  readonly gate?: Gate;
  /** Stands between the queue and its store and sees every call; for tests. */
  readonly intercept?: <S extends Store>(store: S) => S;
}

/** How the rows of a submission are written. */
export interface SubmitOptions {
  /** `auto` (default) chooses by size. */
  readonly strategy?: StrategyName | "auto";
  /** Rows of one VALUES statement; `all` is one statement for everything. */
  readonly chunkSize?: number | "all";
  /** See {@link EnqueueOptions.client}. */
  readonly client?: SqlClient;
}

/** What an enqueue does when it cannot simply add the jobs. */
export interface EnqueueOptions {
  /** A unique key is taken: `reject` (default), `ignore` the new job, or `replace` the waiting one. */
  readonly unique?: UniquePolicy;
  /** Too many jobs wait: `reject` (default), or `wait` until there is room. */
  readonly whenFull?: "reject" | "wait";
  /** On PostgreSQL: your own connection in a transaction. The jobs are stored when you commit it, or never. */
  readonly client?: SqlClient;
}
