/** Ctrl-C and SIGTERM while something is measured: they stop it, and what was measured is kept. */
import { EXIT } from "./exit-codes.ts";

/** See the file's head. */
export interface Interruption {
  /** Aborted by the first of the two; a second one ends the process. */
  readonly signal: AbortSignal;
  /** Hears no more. */
  end(): void;
}

/** Says on stderr that there is nothing to print, for it ended before `what`; returns the exit code. */
export function interruptedBefore(what: string): number {
  process.stderr.write(`bench: interrupted before ${what}\n`);
  return EXIT.interrupted;
}

/** Hears from now on. */
export function hearInterruption(): Interruption {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  return {
    signal: stop.signal,
    end() {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", interrupt);
    },
  };
}
