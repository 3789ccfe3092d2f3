/** Draws the parts that many scenarios share. Small numbers everywhere: races need few jobs, and people read them. */
import type { Config } from "../../model/config.ts";
import { SeededRandom } from "../schedule/seeded-random.ts";
import type { Behaviour, ClientSpec, JobSpec, Op, RaceCase, WorkerSpec } from "./race-case.ts";

/** Terms of a case, in virtual milliseconds; small, so that everything happens within each other's reach. */
export const TERMS = {
  leaseMs: 90,
  pollIntervalMs: 40,
  retryBackoffMs: 20,
  retryJitterPct: 0,
  drainMs: 30,
  timeoutMs: 5_000,
  // One step runs at a time, so a second thread has nothing to do and costs a change of thread at every call.
  duckdbThreads: 1,
} as const;

/** The engine's smallest step of time, and how often a lease is judged. */
export const JUDGE_MS: number = TERMS.leaseMs / 3;

/** The last one outlives a lease and the judge after it, so that it must be renewed. */
const TAKES_MS = [1, 10, 35, TERMS.leaseMs + JUDGE_MS + 10];

/** See the file's head. */
export class Draw extends SeededRandom {
  #names = 0;

  /** A name that the case has not used. */
  name(prefix = "j"): string {
    return `${prefix}${++this.#names}`;
  }

  /** Between `low` and `high` of what `make` makes. */
  some<T>(low: number, high: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.between(low, high) }, (_, index) => make(index));
  }

  /** A job with little to do, and sometimes more. */
  job(extra: Partial<JobSpec> = {}): JobSpec {
    return { name: this.name(), ...this.#maybeDoes(), ...extra };
  }

  /** Workers that differ in how much they take. */
  workers(low = 1, high = 3): WorkerSpec[] {
    return this.some(low, high, () => ({
      concurrency: this.between(1, 3),
      claimBatch: this.between(1, 3),
      ...(this.chance(0.2) ? { wake: "poll" as const } : {}),
    }));
  }

  /** A client with calls in order. */
  client(name: string, ops: readonly Op[]): ClientSpec {
    return { name, ops };
  }

  /** A short sleep, or none. */
  pause(): Op[] {
    return this.chance(0.4) ? [{ op: "sleep", ms: this.pick([1, 5, 20, 45]) }] : [];
  }

  /** Nodes in layers; each but the first ones has one to three parents. */
  dag(size: number, extra: () => Partial<JobSpec> = () => ({})): JobSpec[] {
    const nodes: JobSpec[] = [];
    for (let n = 0; n < size; n++) {
      const parents = n < 2 ? [] : this.#parents(nodes);
      nodes.push(this.job({ ...extra(), ...(parents.length > 0 ? { after: parents } : {}) }));
    }
    return nodes;
  }

  /** Runs are written by statements of a row or two, in place of the appender. */
  chunks(): Partial<Config> {
    return { appenderThreshold: 1_000, dependencyChunkSize: this.between(1, 2) };
  }

  #parents(nodes: readonly JobSpec[]): string[] {
    const wanted = new Set(this.some(1, 3, () => this.pick(nodes).name));
    return [...wanted];
  }

  #maybeDoes(): { does?: Behaviour } {
    if (this.chance(0.5)) return {};
    return {
      does: {
        steps: this.between(0, 3),
        ...(this.chance(0.3) ? { takesMs: this.pick(TAKES_MS) } : {}),
      },
    };
  }
}

/** A case with the usual terms; what differs is given. */
export function caseOf(
  scenario: string,
  parts: Pick<RaceCase, "workers" | "clients"> & Partial<RaceCase>,
): RaceCase {
  return { store: "memory", faults: [], ...parts, scenario, config: { ...TERMS, ...parts.config } };
}
