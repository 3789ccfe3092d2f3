/** Listeners by event. The store is watched only while there are some, so what nobody listens to costs nothing. */
import { InputError } from "../lib/errors.ts";
import { JOB_EVENTS, type JobEvent, type JobEventName } from "../store/events.ts";
import type { RunStatus } from "../store/records.ts";
import type { Store } from "../store/store.ts";

/** Too many jobs wait; see `backpressureWarnJobs`. */
export interface PressureEvent {
  /** Jobs that are ready or delayed. */
  readonly waitingJobs: number;
  readonly warnJobs: number;
  readonly refuseJobs: number;
}

/** A slot of a schedule has fired. */
export interface ScheduleEvent {
  readonly schedule: string;
  /** The slot, which may be earlier than now. */
  readonly slotMs: number;
  readonly jobId: number;
}

/** What can be listened to, by name, with what the listener gets. */
export type QueueEvents = {
  /** A change of a job, told after its commit. */
  readonly [Name in JobEventName]: JobEvent;
} & {
  /** Any change of any job. */
  readonly job: JobEvent;
  /** A run has ended. */
  readonly run: RunStatus;
  /** More jobs wait than `backpressureWarnJobs`; once, until fewer do. */
  readonly pressure: PressureEvent;
  /** A slot of a schedule has fired. */
  readonly schedule: ScheduleEvent;
};

type Listener = (event: never) => void;

const NAMES: readonly string[] = [...JOB_EVENTS, "job", "run", "pressure", "schedule"];
/** Events that do not come from the store. */
const OWN: ReadonlySet<string> = new Set(["pressure", "schedule"]);

/** See the file's head. */
export class Events {
  readonly #store: Store;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #failed: (error: unknown) => void;
  #watched = 0;
  #unwatch: (() => void) | undefined;

  /** `failed` takes what a listener threw. */
  constructor(store: Store, failed: (error: unknown) => void) {
    this.#store = store;
    this.#failed = failed;
  }

  /** Adds a listener; returns its removal. @throws InputError for an event that there is not */
  on<Name extends keyof QueueEvents>(
    name: Name,
    listener: (event: QueueEvents[Name]) => void,
  ): () => void {
    if (!NAMES.includes(name))
      throw new InputError(
        `There is no event ${JSON.stringify(name)}; known are ${NAMES.join(", ")}`,
      );
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    // The same function may listen twice.
    const own: Listener = (event) => listener(event);
    listeners.add(own);
    const fromStore = !OWN.has(name);
    if (fromStore && this.#watched++ === 0) this.#watch();
    return () => {
      if (!listeners.delete(own) || !fromStore) return;
      if (--this.#watched === 0) this.#unwatch?.();
    };
  }

  /** Whether anybody listens to an event. */
  has(name: keyof QueueEvents): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  /** Tells the listeners of an event; one that throws stops neither the others nor the engine. */
  emit<Name extends keyof QueueEvents>(name: Name, event: QueueEvents[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        listener(event as never);
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  #watch(): void {
    this.#unwatch = this.#store.watch({
      jobs: (events) => {
        for (const event of events) {
          this.emit(event.type, event);
          this.emit("job", event);
        }
      },
      run: (status) => this.emit("run", status),
    });
  }
}
