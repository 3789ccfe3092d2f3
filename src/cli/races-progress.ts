/** Progress of a race campaign on stderr: one line that changes on a terminal, a line now and then elsewhere. */
/** A log should not fill with lines that say the same. */
const LINE_INTERVAL_MS = 5000;

/** A terminal need not be written to for every seed. */
const TERMINAL_INTERVAL_MS = 100;

const CLEAR_LINE = "\r\u001b[K";

/** What of a stream is needed. */
interface Lines {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Shows how far a campaign is. */
export interface RacesProgress {
  show(done: number, of: number, what: string): void;
  /** Clears the line, before anything else is printed. */
  end(): void;
}

/** `elapsedMs` is the time of the command so far. */
export function racesProgress(stream: Lines, elapsedMs: () => number): RacesProgress {
  const terminal = stream.isTTY === true;
  const intervalMs = terminal ? TERMINAL_INTERVAL_MS : LINE_INTERVAL_MS;
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let phase = { what: "", fromMs: 0 };
  return {
    show(done, of, what) {
      const nowMs = elapsedMs();
      if (phase.what !== what) phase = { what, fromMs: nowMs };
      if (nowMs - shownAtMs < intervalMs) return;
      shownAtMs = nowMs;
      const text = `${(nowMs / 1000).toFixed(0).padStart(4)} s  ${done} of ${of} ${what}${left(nowMs - phase.fromMs, done, of)}`;
      stream.write(terminal ? `${CLEAR_LINE}${text}` : `${text}\n`);
    },
    end() {
      if (terminal) stream.write(CLEAR_LINE);
    },
  };
}

/** What is worth an estimate, and from how many on it is one. */
const LONG_MS = 60_000;
const ENOUGH = 20;

/** About how long the rest will take, where that is long. */
function left(phaseMs: number, done: number, of: number): string {
  const leftMs = (phaseMs / Math.max(1, done)) * (of - done);
  return done < ENOUGH || leftMs < LONG_MS
    ? ""
    : `, about ${Math.round(leftMs / LONG_MS)} min left`;
}
