/** Waits for what the engine does by itself, without a clock. */

/** Waits, turn by turn of the event loop, until something holds; the limit only ends a broken test. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    if (await holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("it never held");
}
