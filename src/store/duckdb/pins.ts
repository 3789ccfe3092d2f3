/** Ended jobs that a job which is being stored depends on: no purge takes them away meanwhile. */

/** See the file's head. */
export class Pins {
  readonly #counts = new Map<number, number>();

  /** Holds the ids until `stored` settles. */
  hold(ids: readonly number[], stored: Promise<unknown>): void {
    if (ids.length === 0) return;
    for (const id of ids) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    const release = (): void => {
      for (const id of ids) {
        const count = (this.#counts.get(id) ?? 0) - 1;
        if (count > 0) this.#counts.set(id, count);
        else this.#counts.delete(id);
      }
    };
    stored.then(release, release);
  }

  /** Whether somebody holds the id. */
  has(id: number): boolean {
    return this.#counts.has(id);
  }
}
