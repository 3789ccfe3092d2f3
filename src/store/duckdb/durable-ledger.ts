/**
 * A ledger with its database behind it: opened under our lock, filled from the log, written by the lane,
 * and opened again when a commit fails.
 */
import { QuackmarkError } from "../../lib/errors.ts";
import type { Counters } from "../store.ts";
import type { StoreOptions } from "../store-options.ts";
import type { Log } from "./cascade.ts";
import { Checkpoints } from "./checkpoints.ts";
import { exchangeCopy, writeCopy } from "./compact-copy.ts";
import { type Database, type OpenOptions, openDatabase } from "./database.ts";
import { EventFeed } from "./event-feed.ts";
import { IdBlocks } from "./id-blocks.ts";
import { Lane, type Reopened } from "./lane.ts";
import { Ledger, type LedgerOptions } from "./ledger.ts";
import { Pins } from "./pins.ts";
import { type Place, takePlace } from "./place.ts";
import { ReadSide } from "./read-side.ts";
import { readFreeIds, readNumber } from "./reads.ts";
import { type ClaimPolicy, recover } from "./recovery.ts";

/** How to open the embedded store. */
export interface DuckDBStoreOptions extends StoreOptions {
  /** A file, `:memory:`, or `temp` for a file that is removed at close. */
  readonly path: string;
}

/** What a ledger is made with, now. */
export function ledgerOptions(options: DuckDBStoreOptions): LedgerOptions {
  const { config, limits, random, clock } = options;
  return { config, limits, random, nowMs: clock.now() };
}

function openOptions({ clock, ...options }: DuckDBStoreOptions): OpenOptions {
  return { ...options, nowMs: clock.now() };
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
  readonly feed: EventFeed;
  readonly counters: Counters = noCounts();
  /** Called when a ledger has come into force: at open, and again after a failed commit. */
  onInstalled: () => void = () => undefined;
  /** Called after each commit. */
  onCommitted: () => void = () => undefined;
  readonly pins: Pins = new Pins();
  readonly #options: DuckDBStoreOptions;
  readonly #place: Place;
  readonly #ids: IdBlocks;
  readonly #checkpoints: Checkpoints;
  #database: Database;
  #ledger: Ledger;

  private constructor(
    options: DuckDBStoreOptions,
    place: Place,
    database: Database,
    ids: IdBlocks,
  ) {
    this.#options = options;
    this.#place = place;
    this.#database = database;
    this.#ids = ids;
    const { clock, gate, config } = options;
    this.reads = new ReadSide(database, config, clock);
    const reopen = (witness: string): Promise<Reopened> => this.#reopen(witness);
    const { counters } = this;
    this.#checkpoints = new Checkpoints({
      file: place.file,
      ...options,
      counters,
      checkpoint: () => this.lane.checkpoint(),
    });
    this.lane = new Lane({
      connection: database.writer,
      clock,
      gate,
      counters,
      ids,
      reopen,
      onCommitted: () => {
        this.#checkpoints.committed();
        this.onCommitted();
      },
    });
    this.#ledger = new Ledger(ledgerOptions(options), this.log);
    this.feed = new EventFeed({
      now: () => clock.now(),
      ledger: () => this.#ledger,
      committed: () => this.lane.committed,
    });
  }

  /** Opens or creates a database and takes its live jobs in. @throws AlreadyOpenError, QuackmarkError */
  static async open(options: DuckDBStoreOptions): Promise<DurableLedger> {
    const place = takePlace(options.path);
    let database: Database | undefined;
    try {
      database = await openDatabase(place.file, openOptions(options));
      const ids = new IdBlocks(await readFreeIds(database.writer));
      if (database.repair !== null) ids.skipBlock();
      const opened = new DurableLedger(options, place, database, ids);
      opened.#install(await opened.#rebuild("void"));
      return opened;
    } catch (error) {
      database?.close();
      place.giveBack();
      throw error;
    }
  }

  /** Stages a row of the log, and tells watchers of it after the commit. */
  readonly log: Log = (job, state, attempt, worker, atMs, cause, by, payload) => {
    this.lane.log(job, state, attempt, worker, atMs, cause, by, payload);
    if (this.feed.active) this.feed.logged(job, state, attempt, worker, atMs, cause, by, payload);
  };

  /** The ledger in force; never keep it across a wait. */
  get ledger(): Ledger {
    return this.#ledger;
  }

  /** The path of the file; null for memory. */
  get file(): string | null {
    return this.#place.file;
  }

  /** The open database; never keep it across a wait. */
  get database(): Database {
    return this.#database;
  }

  /** Commits what is staged, checkpoints and closes the file. */
  async close(): Promise<void> {
    this.#checkpoints.close();
    this.lane.control("ids", "free", this.#ids.free());
    await this.lane.close();
    // The log replays at the next open if this fails; an error here would hide what made it fail.
    if (this.#place.file !== null) await this.lane.checkpoint().catch(() => undefined);
    this.#database.close();
    this.#place.giveBack();
  }

  /** Copies the database and puts the copy in its place. @throws QuackmarkError where nothing was changed */
  async compact(): Promise<void> {
    const { file } = this.#place;
    const { durability, gate } = this.#options;
    if (file === null) return;
    let failure: unknown;
    await this.lane.exchange(
      async (connection) => {
        if (gate) await gate("compact.copy");
        await writeCopy(connection, file, durability);
      },
      async () => {
        this.#database = await this.reads.swap(false, async () => {
          this.#database.close();
          try {
            if (gate) await gate("compact.exchange");
            exchangeCopy(file);
            if (gate) await gate("compact.exchanged");
          } catch (error) {
            failure = error;
          }
          return openDatabase(file, openOptions(this.#options));
        });
        return this.#database.writer;
      },
    );
    if (failure !== undefined) throw failure;
  }

  async #rebuild(claims: ClaimPolicy): Promise<Rebuilt> {
    const { config, clock } = this.#options;
    const logged: Parameters<Log>[] = [];
    let log: Log = (...row) => {
      logged.push(row);
    };
    const ledger = new Ledger(ledgerOptions(this.#options), (...row) => log(...row));
    await recover(this.#database.writer, ledger, claims, clock.now(), config.leaseMs);
    log = this.log;
    return { ledger, logged };
  }

  #install({ ledger, logged }: Rebuilt): void {
    this.#ledger = ledger;
    this.feed.attach();
    for (const row of logged) this.lane.log(...row);
    this.onInstalled();
  }

  /** The lane's commit failed: the database is opened again, under the same lock. */
  async #reopen(witness: string): Promise<Reopened> {
    const { gate } = this.#options;
    const { file } = this.#place;
    if (file === null) {
      throw new QuackmarkError("STORE_IN_DOUBT", "a database in memory cannot be opened again");
    }
    this.#database = await this.reads.swap(true, async () => {
      this.#database.close();
      if (gate) await gate("store.reopen");
      return openDatabase(file, openOptions(this.#options));
    });
    const committed = (await readNumber(this.#database.writer, witness)) > 0;
    const rebuilt = await this.#rebuild("keep");
    if (gate) await gate("store.reopened");
    return {
      connection: this.#database.writer,
      committed,
      install: () => this.#install(rebuilt),
    };
  }
}
