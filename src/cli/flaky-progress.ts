/** Progress of a campaign on stderr: one line that changes on a terminal, a line now and then elsewhere. */
import type { FlakyProgress } from "../races/flaky/campaign.ts";
import type { ProgressStream } from "./progress.ts";

/** Shows how far a campaign is. */
export interface FlakyProgressView {
  show(progress: FlakyProgress): void;
  /** Clears the line, before anything else is printed. */
  end(): void;
}

/** A log should not fill with lines that say the same. */
const LINE_INTERVAL_MS = 5000;

const CLEAR_LINE = "\r\u001b[K";

/** `elapsedMs` is the time of the command so far. */
export function flakyProgressView(
  stream: ProgressStream,
  elapsedMs: () => number,
): FlakyProgressView {
  const terminal = stream.isTTY === true;
  let shownAtMs = Number.NEGATIVE_INFINITY;
  return {
    show(progress) {
      const nowMs = elapsedMs();
      const text = `${(nowMs / 1000).toFixed(0).padStart(4)} s  ${textOf(progress)}`;
      if (terminal) stream.write(`${CLEAR_LINE}${text}`);
      else if (nowMs - shownAtMs >= LINE_INTERVAL_MS) {
        shownAtMs = nowMs;
        stream.write(`${text}\n`);
      }
    },
    end() {
      if (terminal) stream.write(CLEAR_LINE);
    },
  };
}

function textOf({ phase, run, of, decided, targets }: FlakyProgress): string {
  const count = `run ${run}${of === null ? "" : ` of at most ${of}`}`;
  if (phase !== "runs") return `${phase}: ${count}`;
  return decided === 0 ? count : `${count}, ${decided} of ${targets} targets have an answer`;
}
