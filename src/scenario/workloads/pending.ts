/** Promises that are awaited later: a failure in the meantime is kept, and ends nothing but the wait. */

/** See the file's head. */
export class Pending {
  readonly #promises: Promise<void>[] = [];
  #failure: { readonly error: unknown } | undefined;

  add(promise: Promise<unknown>): void {
    this.#promises.push(
      promise.then(
        () => undefined,
        (error: unknown) => {
          this.#failure ??= { error };
        },
      ),
    );
  }

  /** Resolves when all have ended, those included that were added meanwhile. @throws the first failure */
  async all(): Promise<void> {
    for (let awaited = 0; awaited < this.#promises.length; ) {
      const batch = this.#promises.slice(awaited);
      await Promise.all(batch);
      awaited += batch.length;
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
