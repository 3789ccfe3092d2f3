/**
 * Those who hold claims. Before leases are judged each is asked what it still runs, so that a stalled
 * event loop, which delays both, expires nothing.
 */
import type { CancelTimer, Clock } from "../../lib/clock.ts";
import type { ClaimHolder, Token } from "../store.ts";
import { reapExpired, renewLeases } from "./leases.ts";
import type { Ledger } from "./ledger.ts";

/** What the holders are watched with. */
export interface WatchOptions {
  readonly clock: Clock;
  readonly leaseMs: number;
  /** The ledger in force. */
  ledger(): Ledger;
  /** Whether the ledger must not change now; leases are judged the next time. */
  isStill(): boolean;
  /** Called when leases ran out, so that their jobs are announced. */
  onExpired(): void;
}

/** See the file's head. */
export class ClaimHolders {
  readonly #options: WatchOptions;
  readonly #holders = new Set<ClaimHolder>();
  #cancelTimer: CancelTimer | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Registers a holder; returns its removal. */
  add(holder: ClaimHolder): () => void {
    this.#holders.add(holder);
    return () => this.#holders.delete(holder);
  }

  /** There are claims to watch. No timer runs while there are none. */
  watch(): void {
    if (this.#cancelTimer !== undefined) return;
    const { clock, leaseMs } = this.#options;
    this.#cancelTimer = clock.setTimer(() => {
      this.#cancelTimer = undefined;
      if (!this.#options.isStill()) this.judge(clock.now());
      if (this.#options.ledger().attempts.claimedCount > 0) this.watch();
    }, leaseMs / 3);
  }

  /** Renews what is held, then frees what ran out. */
  judge(nowMs: number): void {
    const { leaseMs } = this.#options;
    const ledger = this.#options.ledger();
    for (const holder of this.#holders)
      this.revoke(renewLeases(ledger, holder.held(), nowMs + leaseMs));
    const expired = reapExpired(ledger, nowMs);
    this.revoke(expired);
    if (expired.length > 0) this.#options.onExpired();
  }

  /** Claims ended without their holders. */
  revoke(tokens: readonly Token[]): void {
    for (const token of tokens) for (const holder of this.#holders) holder.revoked(token);
  }

  /** Watches no more. */
  close(): void {
    this.#cancelTimer?.();
  }
}
