/** Progress of a race campaign on stderr: one line that changes on a terminal, a line now and then elsewhere. */
import type { ProgressStream } from "./progress.ts";

/** A log should not fill with lines that say the same. */
const LINE_INTERVAL_MS = 5000;

/** A terminal need not be written to for every seed. */
const TERMINAL_INTERVAL_MS = 100;

const CLEAR_LINE = "\r\u001b[K";

/** Shows how far a campaign is. */
export interface RacesProgress {
  show(done: number, of: number, what: string): void;
  /** Clears the line, before anything else is printed. */
  end(): void;
}

/** `elapsedMs` is the time of the command so far. */
export function racesProgress(stream: ProgressStream, elapsedMs: () => number): RacesProgress {
  const terminal = stream.isTTY === true;
  const intervalMs = terminal ? TERMINAL_INTERVAL_MS : LINE_INTERVAL_MS;
  let shownAtMs = Number.NEGATIVE_INFINITY;
  return {
    show(done, of, what) {
      const nowMs = elapsedMs();
      if (nowMs - shownAtMs < intervalMs) return;
      shownAtMs = nowMs;
      const text = `${(nowMs / 1000).toFixed(0).padStart(4)} s  ${done} of ${of} ${what}`;
      stream.write(terminal ? `${CLEAR_LINE}${text}` : `${text}\n`);
    },
    end() {
      if (terminal) stream.write(CLEAR_LINE);
    },
  };
}
