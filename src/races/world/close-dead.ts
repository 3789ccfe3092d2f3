/** Closes the files of a dead process as well as it goes: a close that waits for what died does not end. */
import { setImmediate as turn } from "node:timers/promises";
import type { Queue } from "../../engine/index.ts";

/** Turns of the event loop that the close of a dead process gets. */
const CLOSE_TURNS = 500;

/** See the file's head. */
export async function closeDead(dead: Queue): Promise<void> {
  const close = dead.close().catch(() => undefined);
  const patience = (async () => {
    for (let turns = 0; turns < CLOSE_TURNS; turns++) await turn();
  })();
  await Promise.race([close, patience]);
}
