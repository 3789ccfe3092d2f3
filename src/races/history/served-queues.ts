/** Which queues a claim asked, or a resting worker waits for: what tells whether a job was to be had there. */
import type { Case } from "./case.ts";

/** What the row of a claim, or of a rest, carries as its payload. */
export function queuesText(queues: readonly string[]): string {
  return JSON.stringify(queues);
}

/** See the file's head. Answers for one history; each list of queues is read once. */
export class ServedQueues {
  readonly #one: Case;
  /** By the number of the payload: the numbers of its queues, as facts know them. */
  readonly #byPayload = new Map<number, ReadonlySet<number>>();

  constructor(one: Case) {
    this.#one = one;
  }

  /** Whether the event certainly asked the queue of a job; one that names no queue may have asked another. */
  has(event: number, job: number): boolean {
    const { history, facts } = this.#one;
    const payload = history.payload[event] as number;
    if (payload === 0 || !facts.knows(job)) return false;
    let queues = this.#byPayload.get(payload);
    if (queues === undefined) {
      const names = JSON.parse(history.payloads.at(payload)) as string[];
      queues = new Set(names.map((name) => facts.queues.of(name)));
      this.#byPayload.set(payload, queues);
    }
    return queues.has(facts.queue[job] as number);
  }
}
