/**
 * A ledger with its database behind it: opened under our lock, filled from the log, written by the lane,
 * and opened again when a commit fails.
 */
import { QuackmarkError } from "../../lib/errors.ts";
import type { Counters } from "../store.ts";
import type { StoreOptions } from "../store-options.ts";
import type { Log } from "./cascade.ts";
import { type Database, openDatabase, resolveDatabasePath } from "./database.ts";
import { IdBlocks } from "./id-blocks.ts";
import { Lane, type Reopened } from "./lane.ts";
import { Ledger, type LedgerOptions } from "./ledger.ts";
import { takeLock } from "./lock.ts";
import { ReadSide } from "./read-side.ts";
import { readFreeIds, readNumber } from "./reads.ts";
import { type ClaimPolicy, recover } from "./recovery.ts";

/** How to open the embedded store. */
export interface DuckDBStoreOptions extends StoreOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
}

/** What a ledger is made with, now. */
export function ledgerOptions(options: DuckDBStoreOptions): LedgerOptions {
  const { config, limits, random, clock } = options;
  return { config, limits, random, nowMs: clock.now() };
}

/** A ledger from the log, and the rows that recovery itself has to log. */
interface Rebuilt {
  readonly ledger: Ledger;
  readonly logged: readonly Parameters<Log>[];
}

function noCounts(): Counters {
  return {
    commits: 0,
    statements: 0,
    rowsWritten: 0,
    polls: 0,
    conflicts: 0,
    checkpointMs: 0,
    staleSettles: 0,
    ready: 0,
    delayed: 0,
    claimed: 0,
  };
}

/** See the file's head. */
export class DurableLedger {
  readonly lane: Lane;
  readonly reads: ReadSide;
  readonly counters: Counters = noCounts();
  /** Called when a ledger has come into force: at open, and again after a failed commit. */
  onInstalled: () => void = () => undefined;
  readonly #options: DuckDBStoreOptions;
  readonly #file: string | null;
  readonly #unlock: () => void;
  readonly #ids: IdBlocks;
  #database: Database;
  #ledger: Ledger;

  private constructor(
    options: DuckDBStoreOptions,
    file: string | null,
    unlock: () => void,
    database: Database,
    ids: IdBlocks,
  ) {
    this.#options = options;
    this.#file = file;
    this.#unlock = unlock;
    this.#database = database;
    this.#ids = ids;
    const { clock, gate, config } = options;
    this.reads = new ReadSide(database, config, clock);
    const reopen = (witness: string): Promise<Reopened> => this.#reopen(witness);
    const { counters } = this;
    this.lane = new Lane({ connection: database.writer, clock, gate, counters, ids, reopen });
    this.#ledger = new Ledger(ledgerOptions(options), (...row) => this.lane.log(...row));
  }

  /** Opens or creates a database and takes its live jobs in. @throws AlreadyOpenError, QuackmarkError */
  static async open(options: DuckDBStoreOptions): Promise<DurableLedger> {
    const { path, durability, config, clock } = options;
    const file = resolveDatabasePath(path);
    const unlock = file === null ? () => undefined : takeLock(file);
    let database: Database | undefined;
    try {
      database = await openDatabase(file, durability, config, clock.now());
      const ids = new IdBlocks(await readFreeIds(database.writer));
      const opened = new DurableLedger(options, file, unlock, database, ids);
      opened.#install(await opened.#rebuild("void"));
      return opened;
    } catch (error) {
      database?.close();
      unlock();
      throw error;
    }
  }

  /** The ledger in force; never keep it across a wait. */
  get ledger(): Ledger {
    return this.#ledger;
  }

  /** The open database; never keep it across a wait. */
  get database(): Database {
    return this.#database;
  }

  /** Commits what is staged, checkpoints and closes the file. */
  async close(): Promise<void> {
    this.lane.control("ids", "free", this.#ids.free());
    await this.lane.close();
    // The log replays at the next open if this fails; an error here would hide what made it fail.
    if (this.#file !== null) await this.lane.outside("CHECKPOINT").catch(() => undefined);
    this.#database.close();
    this.#unlock();
  }

  async #rebuild(claims: ClaimPolicy): Promise<Rebuilt> {
    const { config, clock } = this.#options;
    const logged: Parameters<Log>[] = [];
    let log: Log = (...row) => {
      logged.push(row);
    };
    const ledger = new Ledger(ledgerOptions(this.#options), (...row) => log(...row));
    await recover(this.#database.writer, ledger, claims, clock.now(), config.leaseMs);
    log = (...row) => this.lane.log(...row);
    return { ledger, logged };
  }

  #install({ ledger, logged }: Rebuilt): void {
    this.#ledger = ledger;
    for (const row of logged) this.lane.log(...row);
    this.onInstalled();
  }

  /** The lane's commit failed: the database is opened again, under the same lock. */
  async #reopen(witness: string): Promise<Reopened> {
    const { durability, config, clock, gate } = this.#options;
    if (this.#file === null) {
      throw new QuackmarkError("STORE_IN_DOUBT", "a database in memory cannot be opened again");
    }
    const file = this.#file;
    this.#database = await this.reads.swap(true, async () => {
      this.#database.close();
      if (gate) await gate("store.reopen");
      return openDatabase(file, durability, config, clock.now());
    });
    const committed = (await readNumber(this.#database.writer, witness)) > 0;
    const rebuilt = await this.#rebuild("keep");
    return {
      connection: this.#database.writer,
      committed,
      install: () => this.#install(rebuilt),
    };
  }
}
