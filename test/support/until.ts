/** Waits for what the engine does by itself, without a clock. */

const QUICK_TURNS = 1_000;

/**
 * Waits, turn by turn of the event loop, until something holds; the limit only ends a broken test. After the first
 * turns it gives way to threads and processes.
 */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    if (await holds()) return;
    await new Promise((resolve) => {
      if (turn < QUICK_TURNS) setImmediate(resolve);
      else setTimeout(resolve, 1);
    });
  }
  throw new Error("it never held");
}
