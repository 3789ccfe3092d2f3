/** Terms of claims: renewed in memory, and judged all at once; nothing is kept per claim. */
import { CAUSE, STATE } from "../../model/job.ts";
import type { Token } from "../store.ts";
import type { Ledger } from "./ledger.ts";

/** Renews the leases of tokens; returns those that are no longer current. */
export function renewLeases(ledger: Ledger, tokens: Iterable<Token>, leaseEndMs: number): Token[] {
  const lost: Token[] = [];
  for (const token of tokens) {
    const slot = ledger.attempts.current(token);
    if (slot >= 0) ledger.jobs.atMs[slot] = leaseEndMs;
    else lost.push(token);
  }
  return lost;
}

/** Frees every job whose lease has run out; a try is used up. Returns the tokens that are void now. */
export function reapExpired(ledger: Ledger, nowMs: number): Token[] {
  const { jobs } = ledger;
  const expired: Token[] = [];
  for (let slot = 0; slot < jobs.used; slot++) {
    if (jobs.state[slot] !== STATE.claimed || (jobs.atMs[slot] as number) > nowMs) continue;
    if ((jobs.id[slot] as number) <= 0) continue;
    expired.push({ jobId: jobs.id[slot] as number, attempt: jobs.attempt[slot] as number });
    ledger.attempts.fail(slot, CAUSE.lostLease, null, 0, nowMs);
  }
  return expired;
}
