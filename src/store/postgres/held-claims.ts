/** The claims that this process holds: how many, and whether one of them runs alone. */
import type { Token } from "../store.ts";

/** See the file's head. */
export class HeldClaims {
  readonly #attempts = new Map<number, number>();
  #alone = false;
  #aloneEnded = false;

  get size(): number {
    return this.#attempts.size;
  }

  /** Whether a suspect runs: nothing else may start beside it. */
  get alone(): boolean {
    return this.#alone;
  }

  set alone(value: boolean) {
    this.#alone = value;
  }

  /** Whether a suspect has ended since the last call. */
  takeAloneEnded(): boolean {
    const ended = this.#aloneEnded;
    this.#aloneEnded = false;
    return ended;
  }

  has(jobId: number, attempt: number): boolean {
    return this.#attempts.get(jobId) === attempt;
  }

  add(jobId: number, attempt: number): void {
    this.#attempts.set(jobId, attempt);
  }

  /** A claim ended, in whatever way. */
  drop(jobId: number, attempt: number): void {
    if (!this.has(jobId, attempt)) return;
    this.#attempts.delete(jobId);
    if (!this.#alone) return;
    this.#alone = false;
    this.#aloneEnded = true;
  }

  /** All of them. */
  tokens(): Token[] {
    return Array.from(this.#attempts, ([jobId, attempt]) => ({ jobId, attempt }));
  }
}
