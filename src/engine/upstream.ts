/** Results of parents, for handlers. What many handlers ask in one turn is one query. */
import type { Clock } from "../lib/clock.ts";
import type { ParentEnd, Store } from "../store/store.ts";

/** How a parent ended, its result parsed. */
export interface Upstream {
  readonly jobId: number;
  /** Null for a parent without a name. */
  readonly name: string | null;
  /** `pending` where the rule let the job run before this parent ended. */
  readonly state: ParentEnd["state"];
  /** The result of one that is done; the error's `{ name, message }` of one that failed; else undefined. */
  readonly value: unknown;
}

interface Question {
  readonly jobId: number;
  resolve(parents: readonly ParentEnd[]): void;
  reject(error: unknown): void;
}

/** See the file's head. */
export class UpstreamReader {
  readonly #store: Store;
  readonly #clock: Clock;
  #questions: Question[] = [];

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** All parents of a job, in the order of their ids. */
  async of(jobId: number): Promise<readonly Upstream[]> {
    const parents = await new Promise<readonly ParentEnd[]>((resolve, reject) => {
      if (this.#questions.length === 0) this.#clock.defer(() => this.#ask());
      this.#questions.push({ jobId, resolve, reject });
    });
    return parents.map((parent) => ({
      jobId: parent.jobId,
      name: parent.name,
      state: parent.state,
      value: resultOf(parent),
    }));
  }

  #ask(): void {
    const questions = this.#questions;
    this.#questions = [];
    this.#store.parentsOf([...new Set(questions.map(({ jobId }) => jobId))]).then(
      (parents) => {
        for (const { jobId, resolve } of questions) resolve(parents.get(jobId) ?? []);
      },
      (error: unknown) => {
        for (const { reject } of questions) reject(error);
      },
    );
  }
}

function resultOf({ state, payload, subResults }: ParentEnd): unknown {
  if (state === "done" && subResults !== null) {
    const values = subResults.map((result) => parsed(result.payload));
    const isNamed = subResults.every(({ name }) => name !== null);
    return isNamed && subResults.length > 0
      ? Object.fromEntries(subResults.map(({ name }, index) => [name, values[index]]))
      : values;
  }
  return parsed(payload);
}

function parsed(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text);
}
