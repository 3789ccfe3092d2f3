/**
 * Ends queues on signals. One handler serves all queues of the process, so that each worker hears of a signal
 * once and nobody overwrites anybody: the first signal drains, the second ends the drain, the third ends the
 * process at once.
 */

/** A queue that ends on signals. */
export interface Endable {
  /** Drains, then closes. */
  end(): Promise<void>;
  /** Ends the drain now: what still runs is released. */
  hurry(): void;
}

/** The signals that `closeOnSignals` hears where the caller names none. */
const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM"];

const queues = new Map<Endable, readonly NodeJS.Signals[]>();
const listeners = new Map<NodeJS.Signals, NodeJS.SignalsListener>();
let received = 0;

/** Ends a queue on the signals. Returns the removal. */
export function endOnSignals(
  queue: Endable,
  signals: readonly NodeJS.Signals[] = SIGNALS,
): () => void {
  queues.set(queue, signals);
  for (const signal of signals) listen(signal);
  return () => {
    queues.delete(queue);
    const heard = new Set([...queues.values()].flat());
    for (const signal of listeners.keys()) if (!heard.has(signal)) unlisten(signal);
  };
}

function listen(signal: NodeJS.Signals): void {
  if (listeners.has(signal)) return;
  const listener: NodeJS.SignalsListener = () => onSignal(signal);
  listeners.set(signal, listener);
  process.on(signal, listener);
}

function unlisten(signal: NodeJS.Signals): void {
  const listener = listeners.get(signal);
  if (listener !== undefined) process.off(signal, listener);
  listeners.delete(signal);
}

function onSignal(signal: NodeJS.Signals): void {
  const count = ++received;
  const ending = [...queues].filter(([, signals]) => signals.includes(signal));
  if (count === 1) {
    const ends = ending.map(([queue]) => queue.end());
    Promise.allSettled(ends).then(
      () => die(signal),
      () => undefined,
    );
  } else if (count === 2) {
    for (const [queue] of ending) queue.hurry();
  } else die(signal);
}

/** By the signal itself, so that the exit status says so. The process lives where others listen to it. */
function die(signal: NodeJS.Signals): void {
  received = 0;
  for (const heard of [...listeners.keys()]) unlisten(heard);
  queues.clear();
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
