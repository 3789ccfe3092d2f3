/** Histories by hand: a recorder whose clock moves on by one step with each event, or by what a test says. */
import { Facts, type Promises } from "../../../src/races/history/facts.ts";
import { Recorder } from "../../../src/races/history/recorder.ts";

/** A recorder with its facts, and its clock. */
export interface Story {
  readonly recorder: Recorder;
  readonly facts: Facts;
  /** Moves the clock of the queue on, in ms. */
  wait(ms: number): void;
}

/** Begins one; the engine's clock stands at 0. */
export function story(promises: Partial<Promises> = {}): Story {
  let step = 0;
  let nowMs = 0;
  const recorder = new Recorder({
    timeNs: () => ++step + nowMs * 1e6,
    engineMs: () => nowMs,
    step: () => step,
  });
  const facts = new Facts(recorder.history, { leaseMs: 100, ...promises });
  return {
    recorder,
    facts,
    wait: (ms) => {
      nowMs += ms;
    },
  };
}
